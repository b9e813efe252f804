"""The gate at the desk: what was sent and returned, sending with a look ahead, the letter about what did not pass."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Case
from lifang.blocks.matters.columns import words_of
from lifang.blocks.matters.words import CLASSES, SENDINGS
from lifang.blocks.packs import service as packs
from lifang.domains.gate import replying
from lifang.domains.gate import sending as actions
from lifang.domains.gate.approvals import CASE, PAPER
from lifang.domains.gate.forms import SendForm, WithdrawForm
from lifang.domains.gate.models import Reach, Sending
from lifang.domains.gate.queries import listed, sendable
from lifang.domains.gate.words import CHANNELS, REMEDIES, RULES, WAYS, time_words
from lifang.ground.access.doors import Foreign, holdings, serves
from lifang.ground.access.forms import place_words, suggestions
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Scope, current, everywhere
from lifang.ground.areas.codes import COMMUNITY, span
from lifang.ground.areas.queries import names

READ, SEND = "gate.read", "gate.send"
ON_A_PAGE = 50
MOST_NAMED = 200


@require_safe
@serves(READ)
def home(request: HttpRequest) -> HttpResponse:
    """`/desk/gate/?state=&kind=&q=`: what was asked of communities within the reader's reach, the newest first."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    words = request.GET.get("q", "").strip().replace("\0", "")[:60]
    found = listed()
    if state in Sending.State.values:
        found = found.filter(state=state)
    if kind in SENDINGS:
        found = found.filter(kind=kind)
    if words:
        found = found.filter(title__icontains=words)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    places = names({one.area for one in page}, today())
    return render(
        request, "gate/home.html",
        {
            "tab": "sent", "page": page, "rows": [row(one, places) for one in page], "state": state, "kind": kind,
            "q": words, "states": Sending.State.choices, "kinds": SENDINGS.items(),
        },
    )  # fmt: skip


def row(one: Sending, places: dict[int, str]) -> dict[str, Any]:
    return {
        "one": one, "kind": SENDINGS[one.kind], "rule": RULES[one.rule], "place": places.get(one.area, ""),
        "tone": "warn" if one.state == Sending.State.RETURNED else "info", "channel": CHANNELS[one.channel],
    }  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves(SEND)
def send_one(request: HttpRequest) -> HttpResponse:
    """`/desk/gate/send/`: a POST with `look` shows what it would do; without, it is sent. `key` makes a repeat one."""
    user: Any = request.user
    typed = request.POST or None
    begun = {
        "level": COMMUNITY, "limit": actions.DAYS, "matter": request.GET.get("matter", ""),
        "below": place_words(user.unit and user.unit.area),
    }  # fmt: skip
    key, look = key_of(request), None
    with everywhere():
        form = SendForm(typed, initial=begun, unit=user.unit)
        fits = form.is_valid()
    if fits:
        asked, actor = dict(form.cleaned_data), Actor(user.pk, user.name, user.unit_id)
        asked["data"] = {name: given for name in ("elements", "columns", "approval") if (given := asked.pop(name))}
        try:
            if "look" not in request.POST:
                return _sent(request, actions.send(actor=actor, key=key, **asked))
            look = actions.preview(actor=actor, **{k: v for k, v in asked.items() if k != "limit"})
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    return render(
        request, "gate/send.html",
        {
            "tab": "send", "form": form, "key": key, "matters": sendable(user), "places": suggestions(reach_of(user)),
            "look": look, "total": time_words(look.total) if look else "", "rule": RULES[look.verdict.rule] if look else "", "unit": user.unit,
            **(remedy(request, look.verdict.rule) if look else {}),
        },
        status=422 if form.errors else 200,
    )  # fmt: skip


def remedy(request: HttpRequest, rule: str) -> dict[str, Any]:
    """What one does about a rule, "" where one applies for admission; and the page on which the reader can."""
    words, name = REMEDIES.get(rule, ("", "apply"))
    route, function, title = WAYS[name] if name else ("", "", "")
    url = reverse(route) if function in holdings(request).functions else ""
    return {"remedy": words, "way": {"name": name, "url": url, "title": title}}


def key_of(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def reach_of(user: Any) -> Scope:
    """The places below which the person may ask."""
    own = current().places
    if not own and user.unit:
        below = span(user.unit.area)
        own = ((below.start, below.stop),)
    return Scope(SEND, own)


def _sent(request: HttpRequest, done: Sending) -> HttpResponse:
    if done.state == Sending.State.RETURNED:
        return redirect("gate_letter", done.number)
    messages.success(request, _("已下达到 {n} 处。").format(n=done.places))
    return redirect("gate_sending", done.number)


def find(number: str) -> Sending:
    found = listed().filter(number=number[:24]).first()
    if found is None:
        with everywhere():
            there = Sending.objects.filter(number=number[:24]).values_list("area", flat=True).first()
        raise Foreign(_("没有这件下达，或者它不在你的地方。"), kind="sending", object_id=number[:24], area=there)
    return found


@require_safe
@serves(READ)
def sending(request: HttpRequest, number: str) -> HttpResponse:
    """One sending: by whom, on what basis, to which communities, at what cost, and how it stands."""
    one = find(number)
    return render(request, "gate/sending.html", shown(request, one))


def shown(request: HttpRequest, one: Sending) -> dict[str, Any]:
    user: Any = request.user
    reaches = list(Reach.objects.filter(sending=one).select_related("sending").order_by("area"))
    shown_, objected = reaches[:MOST_NAMED], replying.objections(one)
    known = names({one.area, *(reach.area for reach in shown_), *(reply.area for reply in objected)}, today())
    steps = replying.steps(shown_) if one.state != Sending.State.RETURNED else {}
    class_ = one.judged.get("class", "")
    approval = one.judged.get("approval", {})
    return {
        "tab": "sent", **row(one, known), "elements": elements(one), "class": CLASSES.get(class_, ""), "approval": approval, "approval_url": approval_url(approval),
        "form": WithdrawForm(),
        "mine": user.unit_id == one.unit_id and one.state == Sending.State.SENT, "total": time_words(sum(r.minutes for r in reaches)),
        "reached": [(known.get(reach.area, reach.area), reach.minutes, steps.get(reach.pk)) for reach in shown_],
        "objected": [(known.get(reply.area, reply.area), reply) for reply in objected],
        "more": max(0, len(reaches) - MOST_NAMED),
    }  # fmt: skip


def elements(one: Sending) -> list[str]:
    """The data for which it asks, and what is to be typed, in words."""
    known = packs.elements(one.area)
    named = [known[name].title if name in known else name for name in one.data.get("elements", ())]
    return named + words_of(one.data.get("columns", ()))


def approval_url(approval: dict[str, Any]) -> str:
    """Where what approves it is read, by who reaches it."""
    number = approval.get("number", "")
    if approval.get("of") == PAPER or not Case.objects.filter(number=number).exists():
        return ""
    return reverse("case" if approval["of"] == CASE else "admission", args=[number])


@require_safe
@serves(READ)
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """The letter about what was returned: the rule, the owner, what to do; made to be printed."""
    one = find(number)
    if one.state != Sending.State.RETURNED:
        raise Http404(_("这件没有退回，没有复函。"))
    ahead = packs.value("admission.ahead_days", one.area, one.at)
    decide = packs.value("admission.decide_days", one.area, one.at)
    return render(
        request,
        "gate/letter.html",
        {**shown(request, one), **remedy(request, one.rule), "ahead": ahead, "decide": decide},
    )


@require_POST
@serves(SEND)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """The unit takes back what it sent."""
    one, user, form = find(number), request.user, WithdrawForm(request.POST)
    if one.unit_id != user.unit_id:  # type: ignore[union-attr]
        raise Http404(_("只有下达的单位可以撤回。"))
    if form.is_valid():
        actor = Actor(user.pk, user.name, user.unit_id)  # type: ignore[union-attr]
        try:
            actions.end(sending=one, actor=actor, state=Sending.State.WITHDRAWN, reason=form.cleaned_data["reason"])
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("已撤回，社区那里的任务已结束。"))
            return redirect("gate_sending", one.number)
    return render(request, "gate/sending.html", {**shown(request, one), "form": form}, status=422)
