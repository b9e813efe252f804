"""Many persons shown or handed out at once: written down in one row, and told to each of them."""

from collections.abc import Callable, Collection, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lifang.blocks.lists.models import Showing
from lifang.blocks.packs import service as packs
from lifang.blocks.registry.pages.looking import ELSEWHERE, Look
from lifang.ground import prepared
from lifang.ground.access.scope import Scope, current, within_scope

View = Callable[..., HttpResponse]


def shown(request: HttpRequest, *, area: int, persons: Iterable[int], care_list: str = "", reason: str = "") -> None:
    """Write down who was shown on a register once the page is made: a page that is read cannot write."""
    listed = list(persons)
    if listed:
        row = {
            "what": Showing.What.LIST, "care_list": care_list, "area": area, "persons": listed, "by": request.user,
            "reason": reason,
        }  # fmt: skip
        request._shown = row, current()  # type: ignore[attr-defined]


def leaves_a_showing(view: View) -> View:
    """Stands outside the door of a view that calls `shown`."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        found: tuple[dict[str, Any], Scope] | None = getattr(request, "_shown", None)
        if found is not None:
            with within_scope(found[1]):
                Showing.objects.create(**found[0])
        return answer

    return inner


def _looks(ids: Collection[int]) -> list[Look]:
    rows = prepared.select(
        Showing, "WHERE persons && %s::bigint[] ORDER BY id DESC", [[*ids]], without=frozenset({"persons"})
    )
    return [
        Look(row.at, row.by_id, _what(row), " ".join(filter(None, (row.purpose, row.reason, row.serial))))
        for row in rows
    ]


def _what(row: Showing) -> str:
    kind = packs.register_kinds(row.area).get(row.register)
    return (
        _("{what}「{title}」").format(what=row.get_what_display(), title=kind.title) if kind else row.get_what_display()
    )


ELSEWHERE.append(_looks)
