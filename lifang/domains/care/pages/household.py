"""One household: who lives there, who answers for it and did before, and when somebody was in touch."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lifang.blocks.cases.errors import NotDone
from lifang.blocks.registry.pages.looking import SEARCHED, leaves_a_row, looked
from lifang.blocks.registry.pages.one import person_here
from lifang.blocks.registry.queries import age
from lifang.domains.care import actions, households
from lifang.domains.care.duties import FUNCTION, same, served
from lifang.domains.care.forms import ContactForm
from lifang.domains.care.households import Household
from lifang.domains.care.models import Contact, Duty, Outreach
from lifang.domains.care.pages.overview import PERSONS
from lifang.ground.access.doors import acting, holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, span
from lifang.ground.areas.queries import full_names

MOST = 50


def home_of(pk: int) -> Household:
    """The household of a person within the scope, which must be of `person.read`. Raises Foreign or Http404."""
    person = person_here(pk)
    home = households.of_person(person.into or person)
    if home is None:
        raise Http404(_("这个人没有户号也没有住址，归不到哪一户。部门送来住址以后再看。"))
    return home


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_a_row
@serves(FUNCTION)
def household(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/care/households/<person>/`: a POST writes down a contact; its `key` keeps one sent twice from counting."""
    with acting(request, PERSONS):
        home = home_of(pk)
        (row,) = served([home], home.area)
        looked(request, what=SEARCHED, area=home.grid, by="household", found=len(home.members))
    form = ContactForm(request.POST or None, members=home.members)
    key = request.POST.get("key") or str(uuid.uuid4())
    if form.is_valid():
        try:
            actions.note_contact(
                household=home,
                by=request.user,  # type: ignore[arg-type]
                key=uuid.UUID(key),
                **form.cleaned_data,
            )
        except NotDone as refused:
            form.add_error(refused.field, refused.message)
        except ValueError:
            raise Http404 from None
        else:
            messages.success(request, _("已记下这次联系。"))
            return redirect("care_household", pk)
    context = {
        "pk": pk, "home": home, "row": row, "form": form, "key": key,
        "place_name": full_names([home.grid], today(), COMMUNITY)[home.grid],
        "members": [(one, age(one.birth, today())) for one in home.members],
        "waiting": _waiting(home), "duties": _duties(home), "contacts": _contacts(home),
        "may_assign": holdings(request).may("care.assign", home.grid),
    }  # fmt: skip
    return render(request, "care/household.html", context, status=422 if form.errors else 200)


def _waiting(home: Household) -> list[Outreach]:
    ours = [member.pk for member in home.members]
    return list(Outreach.objects.filter(person__in=ours, case__is_open=True).select_related("case"))


def _duties(home: Household) -> list[Duty]:
    found = Duty.objects.filter(same(home), area=home.area).select_related("worker", "by", "ended_by")
    return list(found.order_by("-since", "-pk")[:MOST])


def _contacts(home: Household) -> list[tuple[Contact, str]]:
    """The newest contacts with the names of those who were met and still are of this household."""
    below = span(home.area)
    found = Contact.objects.filter(same(home), area__gte=below.start, area__lt=below.stop).select_related("by")
    known = {member.pk: member.name for member in home.members}
    return [
        (contact, _("、").join(known[pk] for pk in contact.met if pk in known))
        for contact in found.order_by("-on", "-pk")[:MOST]
    ]
