"""The counter: what is held is printed for the resident who stands there, or put behind a link for their phone."""

import io
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lifang.blocks.privacy import disclosing
from lifang.blocks.privacy.forms import DiscloseForm
from lifang.blocks.privacy.statement import stated
from lifang.blocks.registry import beside, children
from lifang.blocks.registry.dossier import Dossier
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.one import person_here
from lifang.ground.access.doors import Foreign, holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope

FUNCTION = "person.disclose"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves(FUNCTION)
def disclose(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/persons/<pk>/disclose/`: a POST prints, or with `way=link` gives a link and its code."""
    person = person_here(pk)
    if person.into_id is not None:
        return redirect("person_disclose", person.into_id)
    child = children.is_child(person, today())
    if child and not holdings(request).may(children.FUNCTION, person.area):
        raise Foreign(_("未成年人的资料要有专门的权限才能提供。"), kind="resident", object_id=str(pk), area=person.area)
    form = DiscloseForm(request.POST or None, child=child)
    if not form.is_valid():
        context = {"form": form, "person": person, "child": child}
        return render(request, "privacy/disclose.html", context, status=422 if form.errors else 200)
    if request.POST.get("way") == "link":
        return _slip(request, person, form.cleaned_data)
    disclosing.told(person=person, **form.cleaned_data)
    with system_scope("person.disclosed"):
        shown = stated(person, whole=form.cleaned_data["whole"])
    return render(request, "privacy/printed.html", {"shown": shown, "person": person, "now": timezone.now()})


def _slip(request: HttpRequest, person: Person, given: dict[str, Any]) -> HttpResponse:
    """The piece of paper to hand over: address and code are on this page alone."""
    link, token, code = disclosing.give_link(person=person, by=request.user, **given)  # type: ignore[arg-type]
    address = settings.ORIGIN + reverse("mine", args=[token])
    context = {
        "person": person, "link": link, "address": address, "qr": _qr(address), "code": f"{code[:3]} {code[3:]}",
    }  # fmt: skip
    return render(request, "privacy/slip.html", context)


def _qr(address: str) -> SafeString:
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", scale=4, border=2, xmldecl=False, svgns=True, title=_("二维码"), omitsize=True
    )
    return mark_safe(out.getvalue().decode())  # made by segno from our own address


def _panel(request: HttpRequest, shown: Dossier) -> SafeString | None:
    if shown.on is not None or not holdings(request).may(FUNCTION, shown.person.area):
        return None
    return render_to_string("privacy/panel.html", {"person": shown.person})


beside.PANELS.append(_panel)
