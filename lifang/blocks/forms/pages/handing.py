"""A roster that is looked at or leaves the house: kept in the trail, and told to each person who stands in it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lifang.blocks.forms import outgoing
from lifang.blocks.forms.models import Issue, Return
from lifang.blocks.forms.pages.reaching import download, user_of
from lifang.blocks.forms.reading import of_persons, sheet_of
from lifang.blocks.lists.models import Showing
from lifang.blocks.lists.showings import shown
from lifang.blocks.registry.pages.looking import looked
from lifang.ground.access.scope import system_scope
from lifang.ground.files.written import Mark
from lifang.ground.trail.actions import record

Rows = Collection[Mapping[str, Any]]
LOOKED = "form_looked"


def saved(request: HttpRequest) -> None:
    """What was filled last is shown once more, because it was saved: that is no further look."""
    if LOOKED in request.session:
        request.session[LOOKED] = {**request.session[LOOKED], "saved": True}


def seen_to_fill(request: HttpRequest, found: Return, rows: Rows) -> None:
    """As `seen`, on the page where they are filled: no look anew where it was only saved."""
    if not _of_somebody(found, rows):
        return
    last, persons = request.session.get(LOOKED, {}), sorted({row["who"] for row in rows})
    request.session[LOOKED] = {"return": found.pk, "persons": persons}
    same = last.get("return") == found.pk and set(persons) <= set(last["persons"])
    if not same or (request.method != "POST" and "saved" not in last):
        seen(request, found, rows)


def seen(request: HttpRequest, found: Return, rows: Rows) -> None:
    """These rows of a roster of persons are on the page that is being made."""
    if not _of_somebody(found, rows):
        return
    looked(
        request, what="form.read", kind="form", area=found.area, object_id=found.pk, number=found.number, found=len(rows)
    )  # fmt: skip
    with system_scope("forms"):
        shown(request, area=found.area, persons=[row["who"] for row in rows], reason=_reason(found.issue))


def _of_somebody(found: Return, rows: Rows) -> bool:
    return bool(rows) and of_persons(sheet_of(found.issue.edition))


def handed_out(
    request: HttpRequest, made: Issue, purpose: str, cells: list[dict[str, Any]], rows: Rows, name: str, **about: Any
) -> HttpResponse:
    """The workbook of `cells`; for whom and what stands on every page of one that tells of the persons in `rows`."""
    sheet, mark, by = sheet_of(made.edition), None, user_of(request)
    if rows and of_persons(sheet):
        with system_scope("forms"):
            showing = Showing.objects.create(
                what=Showing.What.EXPORT, area=about["area"], persons=[row["who"] for row in rows], by=by, purpose=purpose,
                reason=_reason(made),
            )  # fmt: skip
        mark = Mark(
            by.name or by.username, timezone.localtime(showing.at), showing.serial, showing.purpose, showing.reason
        )
        about["serial"] = showing.serial
    record(what="form.handed_out", kind="form", rows=len(cells), purpose=purpose, **about)
    return download(outgoing.workbook(made.edition, sheet, cells, mark), name)


def _reason(made: Issue) -> str:
    return f"{made.edition.title} {made.label}"
