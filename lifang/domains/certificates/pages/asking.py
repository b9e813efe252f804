"""The worker's page: who, which certificate, what the registers say of it; and the answer to what is on no list."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone, Refused
from lifang.blocks.registry.children import hidden
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.looking import OPENED, SEARCHED, leaves_a_row, looked
from lifang.blocks.registry.pages.one import person_here
from lifang.blocks.registry.pages.persons import closest
from lifang.blocks.registry.queries import age
from lifang.blocks.registry.seeking import sought
from lifang.domains.certificates import asking, checking, facts, kinds
from lifang.domains.certificates.asking import Asked
from lifang.domains.certificates.forms import AskForm, UnlistedForm, found_in, rows_of
from lifang.domains.certificates.kinds import Kind
from lifang.domains.certificates.models import Certificate
from lifang.domains.certificates.pages.reaching import CHECK, ISSUE, bodies, switch
from lifang.ground.access.doors import acting, holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current, system_scope
from lifang.ground.areas.codes import COMMUNITY, STREET, at_level, level_of
from lifang.ground.areas.queries import full_names
from lifang.ground.typed import whole

PERSONS = "person.read"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_a_row
@serves(CHECK)
def new(request: HttpRequest) -> HttpResponse:
    """`/desk/certificates/new/?person=&kind=`: a POST of `q` looks for somebody; one of `go` takes the demand down
    («keep»), or issues at once («issue»)."""
    place, context = switch(request)
    person = _person(request)
    area = at_level(person.area, COMMUNITY) if person else at_level(place, COMMUNITY)
    known = kinds.issuable(area, today())
    kind = known.get(request.GET.get("kind", ""))
    context |= {
        "person": person, "kind": kind, "kinds": known.values(), "age": age(person.birth, today()) if person else None,
        "bar": asking.barred(person, area, Certificate.Consent.GUARDIAN),
    }  # fmt: skip
    if request.method == "POST" and "q" in request.POST:
        words = request.POST["q"].replace("\0", "").strip()[:100]
        rows, _kind, loose = closest(request, words)
        elsewhere = "" if rows and not loose else _elsewhere(request, words)
        context |= {"rows": rows, "loose": loose, "words": words, "elsewhere": elsewhere}
        return render(request, "certificates/new.html", context)
    if person is None or kind is None or kind.form is None or context["bar"]:
        return render(request, "certificates/new.html", context)
    looked(request, what=OPENED, area=person.area, object_id=person.pk, purpose=kind.title)
    form, wrong = AskForm(request.POST or None), {}
    if form.is_valid():
        try:
            made = _ask(request, person, kind, form.cleaned_data)
        except NotDone as refused:
            wrong = _told(form, kind, refused)
        else:
            return redirect("certificate", made.number)
    registers = facts.drawn(person, kind.form)
    told = facts.shown(registers, whole=False, child=hidden(person, holdings(request), today()))
    typed = request.POST if request.method == "POST" else {}
    context |= {
        "form": form, "facts": rows_of(kind.form, registers, told, typed, wrong),
        "key": request.POST.get("key") or uuid.uuid4(),
        "may_issue": holdings(request).may(ISSUE, person.area), "bodies": bodies(area),
    }  # fmt: skip
    return render(request, "certificates/new.html", context, status=422 if form.errors or wrong else 200)


def _person(request: HttpRequest) -> Person | None:
    pk = whole(request.GET.get("person", ""))
    if pk is None:
        return None
    with acting(request, PERSONS):
        found = person_here(pk)
        return found.into or found


def _elsewhere(request: HttpRequest, words: str) -> str:
    """Of somebody with this whole number who lives elsewhere: which community, nothing else."""
    asked = sought(words)
    if asked.kind != "number":
        return ""
    with system_scope("certificate.elsewhere"):
        found = Person.objects.standing().filter(asked.tiers[0].which).first()
    looked(request, what=SEARCHED, area=current().places[0][0], by="number", found=int(found is not None))
    if found is None:
        return ""
    home = at_level(found.area, COMMUNITY)
    return full_names([home], today(), STREET).get(home, "")


def _told(form: AskForm, kind: Kind, refused: NotDone) -> dict[str, str]:
    """What is wrong with a fact stands beside it, all else at the head of the form."""
    if kind.form and refused.field in kind.form.facts:
        return {refused.field: refused.message}
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    return {}


@transaction.atomic
def _ask(request: HttpRequest, person: Person, kind: Kind, given: Mapping[str, Any]) -> Certificate:
    user: Any = request.user
    actor = Actor(user.pk, user.name, user.unit_id)
    asked = Asked(area=person.area, kind=kind.name, person=person.pk, name=person.name, **given)
    made = asking.ask(asked=asked, actor=actor, key=_key(request))
    if request.POST.get("go") != "issue" or made.case.state != "asked":
        messages.success(request, _("已收下，编号 {number}。核实以后出具。").format(number=made.number))
        return made
    if kind.form is None or not holdings(request).may(ISSUE, person.area):
        raise Refused(_("出具要由有权签发的同事来办；你可以先收下。"))
    checking.note_facts(certificate=made, found=found_in(kind.form, request.POST), by=user)
    apply(case_id=made.pk, act="check", version=1, actor=actor)
    with acting(request, ISSUE):
        apply(case_id=made.pk, act="issue", version=2, actor=actor, data={"copies": given["copies"]})
    messages.success(request, _("已出具，请打印后盖章。"))
    return made


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves(CHECK)
def unlisted(request: HttpRequest) -> HttpResponse:
    """`/desk/certificates/unlisted/?person=`: what a community does not issue is answered at once, with a slip and a letter."""
    place, context = switch(request)
    person = _person(request)
    if level_of(place) < COMMUNITY:
        return render(request, "certificates/unlisted.html", context)
    known = kinds.refused(place, today())
    offered = [(name, matter.title) for name, matter in known.items()]
    form = UnlistedForm(request.POST or None, kinds=offered, initial={
        "kind": request.GET.get("kind", ""), "name": person.name if person else "",
    })  # fmt: skip
    user: Any = request.user
    if form.is_valid():
        try:
            made = asking.answer_unlisted(
                asked=Asked(
                    area=place, channel=Certificate.Channel.COUNTER, person=person.pk if person else None,
                    **form.cleaned_data,
                ),
                actor=Actor(user.pk, user.name, user.unit_id), key=_key(request),
            )  # fmt: skip
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            return redirect("certificate_slip", made.number)
    context |= {"form": form, "key": request.POST.get("key") or uuid.uuid4(), "known": known.values()}
    context |= {"person": person, "bodies": bodies(place)}
    return render(request, "certificates/unlisted.html", context, status=422 if form.errors else 200)
