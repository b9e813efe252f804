"""One certificate: what was asked, found, issued and sealed, and what may be done with it now."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.cases import lifecycle
from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Conflict, NotDone, Refused
from lifang.blocks.cases.models import Act
from lifang.blocks.packs import service as packs
from lifang.blocks.registry.children import SHELTERED, hidden
from lifang.blocks.registry.pages.looking import leaves_a_row, looked
from lifang.blocks.registry.showing import mask_number
from lifang.domains.certificates import asking, checking, facts, issuing, kinds, letters, queries
from lifang.domains.certificates.forms import LetterForm, found_in, rows_of
from lifang.domains.certificates.models import SEEN, Certificate, Fact, Printing
from lifang.domains.certificates.pages.reaching import CHECK, ISSUE, READ, REVEAL
from lifang.ground.access import vault
from lifang.ground.access.doors import Foreign, acting, holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, COUNTY, at_level
from lifang.ground.areas.queries import full_names
from lifang.ground.typed import whole

INPUTS = {
    "issue": ("copies",), "reprint": ("copies",), "refuse": ("reason", "way"), "revoke": ("reason",),
    "recheck": ("reason",), "add_note": ("note",),
}  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_a_row
@serves(READ)
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """`/desk/certificates/<number>/`: a POST notes facts (`act=check` or `keep`), names the person (`act=name`), or does one
    of the acts of its case; `version` is that of the page."""
    found = queries.certificate_here(number)
    trouble, wrong = "", {}
    if request.method == "POST":
        try:
            _act(request, found)
        except NotDone as refused:
            trouble, wrong = refused.message, {refused.field: refused.message}
        else:
            return redirect("certificate", found.number)
        found = queries.certificate_here(number)
    answer = render(request, "certificates/certificate.html", {
        **_context(request, found, wrong), "trouble": trouble, "act": request.POST.get("act", ""), "typed": request.POST,
    }, status=422 if trouble else 200)  # fmt: skip
    if found.person is not None:
        purpose = _("{title}，用于{purpose}").format(title=found.title, purpose=found.purpose)
        looked(request, what="certificate.read", area=found.area, object_id=found.person, purpose=purpose)
    return answer


def _act(request: HttpRequest, found: Certificate) -> None:
    user: Any = request.user
    name, version = request.POST.get("act", ""), whole(request.POST.get("version", ""))
    actor = Actor(user.pk, user.name, user.unit_id)
    if version != found.case.version:
        last = Act.objects.filter(case=found.case).latest("seq")
        raise Conflict(last.name, lifecycle.title_of(lifecycle.type_of(found.case), last.act), last.at)
    if name in ("check", "keep", "name"):
        with acting(request, CHECK) as scope:
            if not scope.covers(found.area):
                raise Refused(_("你在这里没有核实证明的权限。"))
            if name == "name":
                _name(request, found, whole(request.POST.get("person", "")) or 0)
                return
            checking.note_facts(certificate=found, found=found_in(checking.form_of(found), request.POST), by=user)
            if name == "check":
                apply(case_id=found.pk, act="check", version=version, actor=actor)
        return
    row = lifecycle.transition(found.case, lifecycle.type_of(found.case), name)
    if name not in INPUTS or not holdings(request).may(row.by, found.area):
        raise Refused(_("你在这里没有办理这一步的权限。"))
    data = {key: request.POST[key] for key in INPUTS[name] if request.POST.get(key)}
    with acting(request, row.by):
        apply(case_id=found.pk, act=name, version=version, actor=actor, data=data, key=_key(request))
    if name in ("issue", "reprint"):
        messages.success(request, _("已用印，请打印后盖章。"))


def _name(request: HttpRequest, found: Certificate, person: int) -> None:
    try:
        checking.name_person(certificate=found, person=person)
    except Refused:
        looked(request, what="certificate.misnamed", area=found.area, object_id=person, purpose=found.title)
        raise


def _key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def _context(request: HttpRequest, found: Certificate, wrong: Mapping[str, str]) -> dict[str, Any]:
    mine, case = holdings(request), found.case
    type_ = lifecycle.type_of(case)
    form = packs.certificates(found.area, case.opened_at).get(found.kind)
    person = facts.person_of(found.person)
    whole_seen = mine.may(CHECK, found.area)
    numbers = whole_seen and mine.may(REVEAL, found.area)
    child = person is not None and hidden(person, mine, today())
    noted = facts.latest(found)
    registers = facts.drawn(person, form) if form and case.state in ("asked", "checked", "issued") else {}
    prints = queries.printings(found)
    said = asking.said_by(found) if whole_seen else {}
    if number := said.get("number"):
        said["number"] = str(SHELTERED) if child else mask_number(number)
    return {
        "certificate": found, "case": case, "state": type_.states[case.state].title, "person": person,
        "said": said, "place_name": full_names([found.area], today(), COUNTY)[found.area],
        "facts": [_fact(form, name, fact, whole_seen and not child, numbers) for name, fact in noted.items()],
        "rows": rows_of(
            form, registers, facts.shown(registers, whole=numbers, child=child), _typed(request, form, noted, numbers, child),
            wrong,
        )
        if form and case.state == "asked" else [],
        "changed": _changed(form, noted, registers) if case.state == "issued" else [],
        "may": {row.act for row in lifecycle.allowed(case, type_, mine, request.user.unit_id)},  # type: ignore[union-attr]
        "may_check": whole_seen,
        "may_issue": mine.may(ISSUE, found.area), "printings": prints, "form": form,
        "left": form.copies - sum(len(one.seals.all()) for one in prints) if form else 0,
        "acts": _timeline(found), "letter": queries.letter_of(found), "key": uuid.uuid4(),
        "over": bool(found.until and found.until < today()), "candidates": _candidates(request, found, whole_seen),
    }  # fmt: skip


def _typed(request: HttpRequest, form: Any, noted: Mapping[str, Fact], numbers: bool, child: bool) -> Mapping[str, str]:
    """What was typed now, else what was noted before; of what is not for the reader («kept») only that it was."""
    if request.method == "POST":
        return request.POST
    typed: dict[str, str] = {}
    for name, fact in noted.items():
        value = facts.opened(fact) if fact.way != Fact.Way.REGISTER else ""
        told = facts.told(form, name, value, numbers=numbers, child=child)
        typed |= {
            f"way_{name}": fact.way, f"value_{name}": value if told == value else "", f"kept_{name}": told if told != value else "",
            f"seen_{name}": vault.unseal(bytes(fact.seen), SEEN), f"otherwise_{name}": "1" if fact.otherwise else "",
        }  # fmt: skip
    return typed


def _fact(form: Any, name: str, fact: Fact, whole_seen: bool, numbers: bool) -> dict[str, Any]:
    try:
        value, seen = facts.opened(fact), vault.unseal(bytes(fact.seen), SEEN)
    except vault.Unreadable:
        value, seen = _("（打不开，请管理员检查密钥）"), ""
    return {
        "title": form.facts[name].title if form and name in form.facts else name, "fact": fact,
        "value": facts.told(form, name, value, numbers=numbers, child=False) if whole_seen else facts.masked(form, name, value),
        "seen": seen if whole_seen else "",
    }  # fmt: skip


def _changed(form: Any, noted: Mapping[str, Fact], registers: Mapping[str, facts.Drawn]) -> list[str]:
    return [form.facts[name].title for name in facts.changed(noted, registers)] if form else []


def _candidates(request: HttpRequest, found: Certificate, whole_seen: bool) -> list[Any]:
    """Residents who may be the one who asked without an account: by the number that they gave."""
    said = asking.said_by(found) if whole_seen and found.person is None and found.case.state == "asked" else {}
    return facts.numbered(said.get("number", ""), found.community) if said else []


def _timeline(found: Certificate) -> list[dict[str, Any]]:
    type_ = lifecycle.type_of(found.case)
    return [
        {
            "title": lifecycle.title_of(type_, act.act), "at": act.at, "actor": act.name,
            "unit": act.unit.name if act.unit else "",
            "note": " ".join(filter(None, [act.note, str(act.data.get("reason", "")), str(act.data.get("way", ""))])),
        }
        for act in Act.objects.filter(case=found.case).select_related("unit").order_by("-seq")
    ]  # fmt: skip


@never_cache
@require_safe
@leaves_a_row
@serves(ISSUE)
def paper(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """`/desk/certificates/<number>/papers/<pk>/`: the signed file of copies sealed together."""
    found = queries.certificate_here(number)
    printing = Printing.objects.filter(certificate=found, pk=pk).first()
    if printing is None or not (pdf := issuing.pdf_of(printing)):
        raise queries.missing(number)
    if found.person is not None:
        looked(request, what="certificate.paper", area=found.area, object_id=found.person, purpose=found.title)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return answer


@never_cache
@require_safe
@serves(READ)
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """`/desk/certificates/<number>/slip/`: who must issue it instead and by which rule, to print and hand over."""
    found = queries.certificate_here(number)
    if found.case.state != "refused":
        return redirect("certificate", found.number)
    refused = Act.objects.filter(case=found.case, act="refuse").latest("seq")
    context = {
        "certificate": found, "reason": refused.data.get("reason", ""), "way": refused.data.get("way", ""),
        "on": refused.at, "by": refused.name, "rule": _rule(found),
        "issuer": issuing.issuer_of(found), "letter": queries.letter_of(found),
    }  # fmt: skip
    return render(request, "certificates/slip.html", context)


def _rule(found: Certificate) -> str:
    """By which it may be issued, or may not."""
    day = timezone.localdate(found.case.opened_at)
    kind = kinds.listed(found.area, day).get(found.kind)
    return kind.matter.citation if kind else kinds.way_of(found.kind, found.area, day).rule


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves(CHECK)
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """`/desk/certificates/<number>/letter/`: to the body that asked; a POST says what became of it."""
    found = queries.certificate_here(number)
    written = queries.letter_of(found)
    if written is None:
        raise queries.missing(number)
    follows = letters.FOLLOWS[written.State(written.state)]
    form = LetterForm(request.POST or None, states=follows)
    if form.is_valid():
        try:
            letters.told(certificate=found, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("已记下。"))
            return redirect("certificate_letter", found.number)
    context = {
        "certificate": found, "number": found.number, "written_on": found.case.opened_at, "letter": written, "form": form if follows else None, "issuer": issuing.issuer_of(found),
        "lines": written.text.split("\n"),
    }  # fmt: skip
    return render(request, "certificates/letter.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@serves(letters.READ)
def received(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/certificates/letters/<pk>/`: the letter as the unit reads it that asked for the certificate."""
    found = queries.received().filter(pk=pk).first()
    if found is None:
        raise Foreign(_("没有这封信，或者它不是给你单位的。"), kind="certificate", object_id=str(pk), area=None)
    context = {
        "letter": found, "lines": found.text.split("\n"), "issuer": issuing.committee(at_level(found.area, COMMUNITY)),
        "written_on": found.on, "number": "",
    }  # fmt: skip
    return render(request, "certificates/received.html", context)
