"""Writing, checking, publishing and withdrawing articles, and adopting practices."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.reaching import case_here
from lifang.blocks.registry.pages.looking import leaves_a_row, looked
from lifang.domains.counter import items
from lifang.domains.guidance import actions, personal, queries, showing
from lifang.domains.guidance.forms import ArticleForm, initial
from lifang.domains.guidance.models import Article, Step
from lifang.domains.guidance.pages.reading import page_of
from lifang.ground.access.doors import Foreign, acting, holdings, serves
from lifang.ground.access.forms import suggestions
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Range, current
from lifang.ground.areas.codes import text
from lifang.ground.areas.queries import names

FORM = ["GET", "HEAD", "POST"]
PERSONS = "person.read"
MOST_NOTE = 300


@require_safe
@serves(queries.WRITE)
def index(request: HttpRequest) -> HttpResponse:
    """Drafts, what waits to be checked and what was withdrawn, of the places where the reader writes."""
    found = Article.objects.exclude(state=Article.State.PUBLISHED).select_related("unit", "by").defer("words")
    rows = showing.rows(found.filter(_within(current().places)).order_by("-pk")[:100])
    groups = [
        (title, [row for row in rows if row["article"].state == state])
        for state, title in (("waiting", _("待核对")), ("draft", _("草稿")), ("withdrawn", _("已撤下")))
    ]
    return render(request, "guidance/work.html", {"tab": "work", "groups": groups, "kinds": Article.Kind.choices})


def _within(places: tuple[Range, ...]) -> Q:
    found = Q(pk__in=[])
    for low, high in places:
        found |= Q(area__gte=low, area_end__lte=high)
    return found


def _here(pk: int) -> Article:
    """An article of the places where the reader writes or checks."""
    article = Article.objects.filter(_within(current().places), pk=pk).select_related("by", "unit", "replaces").first()
    if article is None:
        raise Foreign(_("没有这篇指引，或者不归你管。"), kind="article", object_id=str(pk), area=None)
    return article


@never_cache
@require_safe
@leaves_a_row
@serves(queries.WRITE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """An article with its history and what may be done with it next."""
    return _shown(request, _here(pk))


def _shown(request: HttpRequest, article: Article, trouble: str = "", note: str = "") -> HttpResponse:
    steps = list(article.steps.select_related("by").order_by("pk"))
    wrote = {step.by_id for step in steps if step.act in (Step.Act.WRITE, Step.Act.EDIT)}
    context = page_of(
        request, article, tab="work", steps=steps, trouble=trouble, note=note,
        **_names(request, article), may_check=holdings(request).may(queries.CHECK, article.area), own=request.user.pk in wrote,
        later=article.later.exclude(state=Article.State.WITHDRAWN).first(),
    )  # fmt: skip
    return render(request, "guidance/one_work.html", context, status=422 if trouble else 200)


def _names(request: HttpRequest, article: Article) -> dict[str, Any]:
    """Of an article under way, how many of its words are names in the registers; which, to those who read residents there."""
    if article.state not in (Article.State.DRAFT, Article.State.WAITING):
        return {"named": 0}
    found = personal.names(article.area, article.title, article.text, article.right, *article.lessons, article.figures)
    looked(request, what="guide.names", kind="article", area=article.area, object_id=article.pk, found=len(found))
    return {"named": len(found), "names": found if holdings(request).may(PERSONS, article.area) else []}


@never_cache
@require_http_methods(FORM)
@serves(queries.WRITE)
def create(request: HttpRequest) -> HttpResponse:
    """`?kind=` begins an article, `&matter=` on a matter; `?case=` a wrong case from one; `?replaces=` a rewritten one."""
    user: Any = request.user
    old = _here(int(given)) if (given := request.GET.get("replaces", "")).isdecimal() and len(given) < 19 else None
    kind = old.kind if old else request.GET.get("kind", "")
    if kind not in Article.Kind.values:
        kind = Article.Kind.ANSWER
    number, start = request.GET.get("case", "")[:24], initial(old) if old else _start(request)
    if number and not old:
        with acting(request, "case.read"):
            case = case_here(number)
        kind, number, item = Article.Kind.WRONG, case.number, items.of_case(case)
        start |= {
            "title": personal.without_numbers(case.title), "text": personal.without_numbers(case.text),
            "matters": [item.matter] if item else [],
        }  # fmt: skip
    place = old.area if old else min(low for low, _high in current().places)
    form = ArticleForm(
        request.POST or None, kind=kind, place=place, on=today(), article=old, initial=start | {"area": text(place)}
    )
    if form.is_valid():
        try:
            article = actions.write(
                by=user, area=form.cleaned_data.get("area", place), draft=form.draft(), replaces=old, case=number
            )
        except Refused as refused:
            form.add_error(refused.field or None, refused.message)
        else:
            messages.success(request, _("草稿已存。写好后送核，由另一位同事核对发布。"))
            return redirect("guide_work_one", article.pk)
    context = {
        "form": form,
        "kind": Article.Kind(kind).label,
        "places": suggestions(current()),
        "case": number,
        "old": old,
    }
    return render(request, "guidance/form.html", context, status=422 if form.errors else 200)


def _start(request: HttpRequest) -> dict[str, Any]:
    return {"matters": [request.GET.get("matter", "")]}


@never_cache
@require_http_methods(FORM)
@serves(queries.WRITE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft; `seen` is the step after which its form was shown."""
    user: Any = request.user
    article = _here(pk)
    if article.state != Article.State.DRAFT and request.method != "POST":
        messages.warning(request, _("这篇文章已经送核或者发布，不能直接改。"))
        return redirect("guide_work_one", pk)
    form = ArticleForm(
        request.POST or None, kind=article.kind, place=article.area, on=today(), article=article,
        initial=initial(article),
    )  # fmt: skip
    seen = request.POST.get("seen", "")
    if form.is_valid():
        try:
            actions.edit(article=article, by=user, draft=form.draft(), seen=int(seen) if seen.isdecimal() else 0)
        except Refused as refused:
            form.add_error(refused.field or None, refused.message)
        else:
            messages.success(request, _("已保存。"))
            return redirect("guide_work_one", pk)
    context = {
        "form": form, "kind": article.get_kind_display(), "article": article,
        "seen": seen or article.steps.latest("pk").pk,
    }  # fmt: skip
    return render(request, "guidance/form.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@leaves_a_row
@serves(queries.WRITE)
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    article = _here(pk)
    try:
        actions.send(article=article, by=user)
    except Refused as refused:
        return _shown(request, article, refused.message)
    messages.success(request, _("已送核。"))
    return redirect("guide_work_one", pk)


@never_cache
@require_POST
@leaves_a_row
@serves(queries.CHECK)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """`act` is publish, return, confirm or withdraw."""
    user: Any = request.user
    article, note = _here(pk), request.POST.get("note", "").strip()[:MOST_NOTE]
    act = request.POST.get("act", "")
    try:
        if act == "publish":
            actions.publish(article=article, by=user, looked="looked" in request.POST)
        elif act == "return":
            actions.give_back(article=article, by=user, note=note)
        elif act == "confirm":
            actions.confirm(article=article, by=user, note=note)
        elif act == "withdraw":
            actions.withdraw(article=article, by=user, note=note)
        else:
            raise Refused(_("请选择怎样处理。"))
    except Refused as refused:
        return _shown(request, article, refused.message, note)
    messages.success(request, _("已处理。"))
    return redirect("guide_work_one", pk)


@never_cache
@require_POST
@serves(queries.WRITE)
def adopting(request: HttpRequest, pk: int) -> HttpResponse:
    """A community adopts (`area`) a published practice, or with `drop` no more works by it."""
    user: Any = request.user
    places = queries.places_of(user)
    found = queries.shown(Article.objects.published().for_places(*places).filter(pk=pk))
    if not found:
        raise Foreign(_("没有这篇指引，或者已经撤下。"), kind="article", object_id=str(pk), area=None)
    given = request.POST.get("area", "")
    area = int(given) if given.isdecimal() and len(given) == 15 else 0
    where = names({area}, today()).get(area, "")
    try:
        if "drop" in request.POST:
            actions.drop(article=found[0], area=area)
            messages.success(request, _("{name}已停止采用。").format(name=where))
        else:
            actions.adopt(article=found[0], by=user, area=area)
            messages.success(request, _("{name}已采用。").format(name=where))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("guide_article", pk)
