"""Merging two persons by hand, splitting records off one, and the list of such moves, each of which can be undone."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.registry import judging, standing
from lifang.blocks.registry.linkage import weigh
from lifang.blocks.registry.models import Move, Person, Record
from lifang.blocks.registry.pages.comparing import compared, told, weighed
from lifang.blocks.registry.pages.one import person_here
from lifang.blocks.registry.pages.review import reason_in
from lifang.ground.access.doors import Foreign, serves
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import current, system_scope
from lifang.ground.typed import whole

PAGE = 50
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def _person(text: str) -> Person:
    pk = whole(text)
    if pk is None:
        raise Http404(_("没有说是哪两个人。"))
    return person_here(pk)


def _newest(person: Person) -> Record:
    """The word of the person that says most to somebody who compares: the newest that is believed."""
    found = Record.objects.filter(standing.BELIEVED_NOW, person=person).select_related("system")
    if (record := found.order_by("-held_from", "-pk").first()) is None:
        raise Http404(_("这个人名下现在没有记录。"))
    return record


@never_cache
@GET_OR_POST
@serves("person.link")
def merge(request: HttpRequest) -> HttpResponse:
    """`?a=&b=`: two persons side by side, and with a reason they become one."""
    given = request.POST if request.method == "POST" else request.GET
    if not given.get("a") or not given.get("b"):
        messages.info(request, _("合并要先在居民里找到这两个人。"))
        return redirect("persons")
    one, other = _person(given.get("a", "")), _person(given.get("b", ""))
    if one.pk == other.pk:
        raise Http404(_("这是同一个人。"))
    refused = ""
    if request.method == "POST":
        reason = reason_in(request)
        try:
            if not reason:
                raise judging.Refused(_("请写明为什么是同一人。"))
            two = request.POST.get("two_numbers") == "yes"
            moved = judging.merge(one=one, other=other, by=request.user, reason=reason, two_numbers=two)  # type: ignore[arg-type]
            messages.success(request, _("已合并为同一人。合错了可以在「合并与拆分」里撤销。"))
            return redirect("person", moved.target_id)
        except judging.Refused as said:
            refused = str(said)
    with system_scope("registry"):
        sides = _newest(one), _newest(other)
        numbers = [judging.numbers_of(person.pk) for person in (one, other)]
        context: dict[str, Any] = {
            "one": one, "other": other, "sides": sides, "rows": compared(*sides), "why": weighed(*sides),
            "two_numbers": all(numbers) and numbers[0] != numbers[1], "refused": refused, "reason": reason_in(request),
            "clear": weigh.CLEAR,
        }  # fmt: skip
    return render(request, "registry/merge.html", context, status=422 if refused else 200)


@never_cache
@GET_OR_POST
@serves("person.link")
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """The records of one person; those that are ticked become another's."""
    person, refused = person_here(pk), ""
    if person.into_id is not None:
        return redirect("review_split", person.into_id)
    chosen = [found for text in request.POST.getlist("record") if (found := whole(text)) is not None]
    if request.method == "POST":
        reason = reason_in(request)
        try:
            if not reason:
                raise judging.Refused(_("请写明为什么不是同一人。"))
            moved = judging.split(person=person, records=chosen, by=request.user, reason=reason)  # type: ignore[arg-type]
            messages.success(request, _("已拆成两人，以后不会自动合并。拆错了可以在「合并与拆分」里撤销。"))
            return redirect("person", moved.target_id)
        except judging.Refused as said:
            refused = str(said)
    with system_scope("registry"):
        records = Record.objects.filter(standing.BELIEVED_NOW, person=person).select_related("system")
        rows = told(list(records.order_by("-held_from", "-pk")))
    context = {"person": person, "rows": rows, "chosen": chosen, "refused": refused, "reason": reason_in(request)}
    return render(request, "registry/split.html", context, status=422 if refused else 200)


def moves_here() -> QuerySet[Move]:
    return Move.objects.filter(in_places("area", current().places))


@never_cache
@require_safe
@serves("person.link")
def moves(request: HttpRequest) -> HttpResponse:
    """What was merged, split and undone, by hand and by imports, the newest first; paged by key (`?before=`)."""
    return _moves(request)


def _moves(request: HttpRequest, refused: str = "") -> HttpResponse:
    found = moves_here().select_related("by", "imported", "undone_by").order_by("-pk")
    if before := whole(request.GET.get("before", "")):
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    with system_scope("registry"):
        people = Person.objects.in_bulk({pk for row in rows for pk in (row.source_id, row.target_id)})
    shown = [(row, people[row.source_id], people[row.target_id], _kind(row)) for row in rows[:PAGE]]
    context = {"rows": shown, "following": rows[PAGE - 1].pk if len(rows) > PAGE else None, "refused": refused}
    return render(request, "registry/moves.html", context, status=422 if refused else 200)


def _kind(move: Move) -> str:
    if move.undoes_id is not None:
        return _("撤销")
    return _("拆分") if judging.is_split(move) else _("合并")


@never_cache
@require_POST
@serves("person.link")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    move = moves_here().filter(pk=pk).first()
    if move is None:
        with system_scope("registry"):
            area = Move.objects.filter(pk=pk).values_list("area", flat=True).first()
        words = _("没有这一步，或者你没有撤销它的权限。")
        raise Foreign(words, kind="resident", object_id=f"move {pk}", area=area)
    try:
        judging.take_back(move=move, by=request.user, reason=reason_in(request))  # type: ignore[arg-type]
    except judging.Refused as said:
        return _moves(request, str(said))
    messages.success(request, _("已撤销，记录回到了原来的人名下。"))
    return redirect("review_moves")
