"""What departments are asked to correct: the community's list, and a department's own."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lifang.blocks.exchange import questions
from lifang.blocks.exchange.models import Question
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry.judging import Refused
from lifang.blocks.registry.pages.reaching import department, home
from lifang.blocks.registry.pages.review import reason_in
from lifang.ground.access.doors import Foreign, holdings, serves
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current, system_scope
from lifang.ground.areas.queries import full_names

ON_A_PAGE = 30
STATES = Question.State
TONES = {STATES.OPEN: "warn", STATES.ACCEPTED: "good", STATES.REFUSED: "bad"}


def here() -> QuerySet[Question]:
    return Question.objects.filter(in_places("area", current().places))


@never_cache
@require_safe
@serves("data.read")
def asked(request: HttpRequest) -> HttpResponse:
    """What one's communities asked, `?state=` and `?department=` narrow it."""
    return _list(request, "exchange/asked.html", may_answer=holdings(request).holds("data.import"), linked=True)


@never_cache
@require_safe
@serves("question.answer")
def own(request: HttpRequest) -> HttpResponse:
    """What one's own department was asked."""
    return _list(request, "exchange/own.html", may_answer=True)


def _list(request: HttpRequest, template: str, *, may_answer: bool, linked: bool = False, **more: Any) -> HttpResponse:
    state = request.GET.get("state", STATES.OPEN)
    found = here().filter(state=state) if state in STATES.values else here()
    if kind := request.GET.get("department", ""):
        found = found.filter(department=kind)
    found = found.select_related("by", "answered_by", *(["record"] if linked else [])).order_by("at", "pk")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    elements = packs.elements(home())
    places = full_names({one.area for one in page}, today())
    rows = [
        {
            "one": one, "title": _title(request, one, elements.get(one.element), whole=not linked),
            "department": department(one.department), "place": places.get(one.area, ""), "tone": TONES[STATES(one.state)],
        }
        for one in page
    ]  # fmt: skip
    departments = sorted(set(here().order_by().values_list("department", flat=True)))
    status = more.pop("status", 200)
    return render(
        request, template,
        {
            "rows": rows, "page": page, "state": state, "states": STATES.choices, "may_answer": may_answer, "linked": linked,
            "kind": kind, "departments": [(one, department(one)) for one in departments],
            "waiting": here().filter(state=STATES.OPEN).count(), **more,
        },
        status=status,
    )  # fmt: skip


def _title(request: HttpRequest, one: Question, element: Element | None, *, whole: bool) -> str:
    """That somebody has a disability or an illness on record is told to the department that has it, and to who may see it."""
    if element is None:
        return one.element
    if element.sensitivity == "special" and not whole and not holdings(request).may("person.health", one.area):
        return _("特别保护的一项")
    return element.title


@require_POST
@serves("data.import")
def answer_for(request: HttpRequest, pk: int) -> HttpResponse:
    """A data steward enters what a department answered by letter or telephone."""
    return _answered(request, pk, "data_questions", "exchange/asked.html")


@require_POST
@serves("question.answer")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    return _answered(request, pk, "questions", "exchange/own.html")


def _answered(request: HttpRequest, pk: int, back: str, template: str) -> HttpResponse:
    question = here().filter(pk=pk).first()
    if question is None:
        with system_scope("registry"):
            area = Question.objects.filter(pk=pk).values_list("area", flat=True).first()
        raise Foreign(_("没有这个更正请求，或者它不归你答复。"), kind="question", object_id=str(pk), area=area)
    words = reason_in(request)
    try:
        questions.answer(question=question, accepted=request.POST.get("act") == "accept", words=words, by=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        return _list(request, template, may_answer=True, tried=pk, words=words, refused=str(refused), status=422)
    messages.success(request, _("已答复，社区看得到。"))
    return redirect(back)
