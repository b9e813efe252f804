"""The counter on one page: who is here, what they can get, what is known, what is missing; and starting an item."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Case
from lifang.blocks.exchange import desk as entries
from lifang.blocks.packs.shapes import Service
from lifang.blocks.registry.merged import with_merged
from lifang.blocks.registry.pages.looking import leaves_a_row
from lifang.blocks.registry.pages.persons import closest
from lifang.domains.certificates import service as certificates
from lifang.domains.counter import actions, items, judging, queries, roster, waiting
from lifang.domains.counter.forms import DeskForm
from lifang.domains.counter.knowing import profile
from lifang.domains.counter.models import Filling
from lifang.domains.counter.pages.hints import hints
from lifang.domains.counter.pages.place import SERVE, choose, is_community, switch
from lifang.ground.access.doors import acting, holdings, serves
from lifang.ground.access.ranges import today

EDIT, CERTIFY, CHANNEL = "person.edit", "certificate.check", "counter"
NEXT = ("take", "settle", "pass_on", "short")
RANK = {judging.MET: 0, judging.UNKNOWN: 1, judging.SHORT: 2}


@never_cache
@require_safe
@leaves_a_row
@serves(SERVE)
def counter(request: HttpRequest) -> HttpResponse:
    """`/desk/counter/?area=&person=`: the person and each item with its conditions judged; the queue and today's roster."""
    place, context = switch(request, SERVE)
    if not is_community(place):
        return choose(request, context)
    assert place is not None
    return _page(request, place, context)


@never_cache
@require_POST
@leaves_a_row
@serves(SERVE, read_only=True)
def find(request: HttpRequest) -> HttpResponse:
    """Who it may be: by name, initials, the end of a number, a telephone, a home. What is typed stands in no address."""
    place, context = switch(request, SERVE)
    words = request.POST.get("q", "").strip()[:100]
    rows, _kind, loose = closest(request, words)
    found = {"rows": rows, "loose": loose, "asked": bool(words), "q": words, "place": place}
    if "HX-Request" in request.headers:
        return render(request, "counter/found.html", found)
    assert place is not None
    return _page(request, place, context | found)


def _page(request: HttpRequest, place: int, context: dict[str, Any]) -> HttpResponse:
    day, known, offers = today(), profile(request, request.GET.get("person", "")), []
    person = known.person
    whole = list(with_merged([person.pk])) if person else []
    for name, service in items.offered(place, day).items():
        verdicts = judging.judge(service, known, place, day) if person else []
        offers.append((name, service, items.line(service), verdicts, judging.overall(verdicts) if person else ""))
    if person:
        offers.sort(key=lambda offer: RANK[offer[4]])
    queue = waiting.standing(place)
    context |= {
        "tab": "counter", "person": person, "profile": known, "offers": offers,
        "cases": _cases_of(whole),
        "queue": queue, "present": waiting.present(queue["called"], request.user),  # type: ignore[arg-type]
        "tallies": queries.tallies(place), "shifts": [(one, roster.line_title(one)) for one in roster.of_day(place, day)],
        "coming": roster.coming(place, day), "may_enter": holdings(request).may(EDIT, place),
        **_certified(request, whole, place),
    }  # fmt: skip
    return render(request, "counter/counter.html", context)


def _certified(request: HttpRequest, whole: Sequence[int], place: int) -> dict[str, Any]:
    """What the community may certify, and what it did of a person with these ids; nothing for whoever does not take such
    demands."""
    if not holdings(request).may(CERTIFY, place):
        return {}
    found: dict[str, Any] = {"certifies": list(certificates.issuable(place, today()).values())}
    if whole:
        with acting(request, CERTIFY):
            found["certified"] = certificates.of_persons(whole)
    return found


def _cases_of(whole: Sequence[int]) -> list[tuple[Case, str]]:
    return [(case, queries.state_title(case)) for case in queries.of_person(whole)] if whole else []


@never_cache
@leaves_a_row
@serves(SERVE)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, name: str) -> HttpResponse:
    """`/desk/counter/new/<item>/?person=`: the form, filled from the registers. `go` says what happens next: take it in,
    settle it, hand it to the back, or say once what is missing."""
    place, context = switch(request, SERVE)
    service = items.find(name, place, today()) if is_community(place) and place is not None else None
    if service is None or place is None:
        raise Http404(_("这里现在不办这个事项。"))
    known = profile(request, request.POST.get("person", "") or request.GET.get("person", ""))
    go = request.POST.get("go", "take")
    form = DeskForm(
        request.POST or None, service=service, area=place, profile=known, complete=go != "short",
        initial={"channel": CHANNEL, "phone": ""},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                case = _begun(request, form, name, service, place, go)
        except NotDone as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            return redirect("counter_case", case.number)
    return render(
        request, "counter/start.html",
        {
            **context, "name": name, "form": form, "person": known.person, "profile": known,
            "line": items.line(service), "basis": items.basis(service, place), "limit": items.limit(service),
            "verdicts": judging.judge(service, known, place, today()), **hints(request, name, service, place),
            "back": items.unit_title(service.back) if service.back else "",
            "joins": [items.unit_title(kind) for kind in service.joins],
            "phone_known": known.fresh("phone"), "is_settle": go == "settle",
        },
        status=422 if form.errors else 200,
    )  # fmt: skip


def _begun(request: HttpRequest, form: DeskForm, name: str, service: Service, place: int, go: str) -> Case:
    user, data = request.user, form.cleaned_data
    actor = Actor(user.pk, user.name, user.unit_id)  # type: ignore[union-attr]
    voice = actions.begin(
        name=name, area=place, visitor=form.visitor, form=form.form, channel=data["channel"],
        way=Filling.Way.DESK, actor=actor, key=data["key"],
    )  # fmt: skip
    if voice.case.version == 1:
        actions.go_on(case=voice.case, steps=_steps(form, go), actor=actor)
        _keep(request, form, voice.case)
    return voice.case


def _steps(form: DeskForm, go: str) -> list[tuple[str, dict[str, Any]]]:
    if go == "short":
        lacking = [*form.missing_papers, *_open_questions(form)]
        if not lacking:
            raise NotDone(_("材料和表都齐了，不用一次性告知。请直接受理。"))
        return [("ask_papers", {"papers": "\n".join(lacking)})]
    steps: list[tuple[str, dict[str, Any]]] = [("take", {})]
    if go == "settle":
        steps.append(("settle", {"result": form.cleaned_data["result"]}))
    if go == "pass_on":
        steps.append(("pass_on", {}))
    return steps


def _open_questions(form: DeskForm) -> list[str]:
    """Questions of the form that nobody answered yet."""
    given = {*form.answers, *form.known}
    asked = [q.title for name, q in form.service.form.items() if q.required and not q.when and name not in given]
    return [_("申请表：{titles}").format(titles=_("、").join(asked))] if asked else []


def _keep(request: HttpRequest, form: DeskForm, case: Case) -> None:
    """What was told of a resident goes to the register, so that nobody asks again."""
    person, known = form.profile.person, form.profile.known
    told = {
        name: value
        for name, value in form.told.items()
        if name not in known or known[name].value != value or known[name].stale
    }
    if person is None or not told or not holdings(request).may(EDIT, person.area):
        return
    try:
        with acting(request, EDIT):
            entries.enter(
                values={"name": person.name, **told}, area=person.area, held_on=today(), person=person, apart=(),
                asked=True, paper=_("窗口申请表 {number}").format(number=case.number), reason=case.title,
                by=request.user,  # type: ignore[arg-type]
            )  # fmt: skip
    except entries.Refused as refused:
        messages.warning(request, _("已受理；新填的内容没有记到居民档案：{why}").format(why=refused))


@never_cache
@require_POST
@serves(SERVE)
def queue(request: HttpRequest) -> HttpResponse:
    """`do`: give a number, call the next, call again, done, not here."""
    place, _context = switch(request, SERVE)
    do = request.POST.get("do", "")
    if is_community(place) and place is not None:
        try:
            if do == "give":
                ticket = waiting.give(area=place)
                messages.success(request, _("已发 {n} 号。").format(n=ticket.number))
            elif do in waiting.ACTS:
                called = waiting.ACTS[do](area=place, by=request.user)
                if do == "next" and called is None:
                    messages.info(request, _("没有人在等。"))
        except NotDone as refused:
            messages.error(request, refused.message)
    return redirect(reverse("counter") + f"?area={place}")
