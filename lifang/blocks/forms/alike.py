"""Which forms ask the same: by the elements that they are bound to, their titles and how often they come."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lifang.blocks.forms.models import Edition
from lifang.blocks.forms.reading import sheet_of
from lifang.blocks.matters.words import PERIODS
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Condition, FormColumn, FormSheet
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.files.tables import plain
from lifang.ground.typed import pairs

COLUMNS, TITLE, PERIOD = 75, 20, 5
"""How much of a hundred the columns, the title and the period weigh."""
MOST = 10
LEAST = 15
COMPARED = """
SELECT e.id, e.period, count(*) FILTER (WHERE left(m, 1) = 'c'), count(*) FILTER (WHERE left(m, 1) = 't'),
    count(*) FILTER (WHERE left(m, 1) = 'c' AND m = ANY(%(mine)s)),
    count(*) FILTER (WHERE left(m, 1) = 't' AND m = ANY(%(mine)s))
FROM (
    SELECT DISTINCT ON (d.form_id) d.id, d.period, d.marks FROM forms_edition d JOIN forms_form f ON f.id = d.form_id
    WHERE f.last IS NULL AND d.since <= %(on)s AND d.form_id <> %(form)s ORDER BY d.form_id, d.number DESC
) e CROSS JOIN LATERAL unnest(e.marks) m GROUP BY 1, 2
"""


class Alike(NamedTuple):
    """Another form, how alike it is in percent, why, and the columns of this one that it asks too."""

    other: Edition
    share: int
    reasons: list[str]
    columns: list[str]


def marks(sheet: FormSheet) -> list[str]:
    """What a form is compared by: «c…» for what a column asks, «t…» for pairs of characters of the title."""
    asked = {f"c{mark_of(one)}" for one in sheet.columns.values()}
    return sorted(asked) + sorted({f"t{pair}" for pair in pairs(plain(sheet.title))})


def mark_of(one: FormColumn) -> str:
    if one.source == "typed":
        return f"={plain(one.title)}"[:70]
    return f"{one.source}:{one.what}{''.join(sorted(map(_condition, one.where)))}"[:70]


def _condition(one: Condition) -> str:
    return f"{one.what[0]}{one.element}{one.first}-{one.last}:{one.least}-{one.most}{','.join(one.values)}"


def newest() -> QuerySet[Edition]:
    """The version in force of each form that is still asked."""
    return Edition.objects.filter(form__last=None, since__lte=today()).order_by("form", "-number").distinct("form")


def similar(edition: Edition) -> list[Alike]:
    """Others that ask the same, the most alike first."""
    mine = edition.marks
    with system_scope("forms"), connection.cursor() as cursor:
        cursor.execute(COMPARED, {"mine": mine, "form": edition.form_id, "on": today()})
        scored = [(_share(mine, row, edition.period), row[0]) for row in cursor.fetchall()]
        best = sorted((one for one in scored if one[0] >= LEAST), reverse=True)[:MOST]
        found = Edition.objects.select_related("form__unit").in_bulk([pk for _share_, pk in best])
    titles = {f"c{mark_of(one)}": one.title for one in sheet_of(edition).columns.values()}
    return [_told(edition, titles, found[pk], share) for share, pk in best]


def _share(mine: Collection[str], row: tuple[int, str, int, int, int, int], period: str) -> int:
    _pk, theirs, columns, titles, both_columns, both_titles = row
    found = 0.0
    for first, weight, size, both in (("c", COLUMNS, columns, both_columns), ("t", TITLE, titles, both_titles)):
        own = sum(1 for mark in mine if mark[0] == first)
        if own and size:
            found += weight * 2 * both / (own + size)
    return round(found + (PERIOD if period == theirs else 0))


def _told(edition: Edition, titles: dict[str, str], other: Edition, share: int) -> Alike:
    both = set(edition.marks) & set(other.marks)
    columns = [title for mark, title in titles.items() if mark in both]
    reasons = []
    if columns:
        shown = "、".join(columns[:6]) + ("…" if len(columns) > 6 else "")
        reasons.append(_("{n} 列问的是同样的数据：{columns}").format(n=len(columns), columns=shown))
    if sum(1 for mark in both if mark[0] == "t") > 1:
        reasons.append(_("表名相近"))
    if edition.period == other.period:
        reasons.append(_("频次同为{period}").format(period=PERIODS[edition.period]))
    return Alike(other, share, reasons, columns)


def mergeable(found: Iterable[Alike]) -> list[Alike]:
    """Those so much alike that they should be one."""
    least = int(packs.value("forms.alike_least", settings.CONFIG.area, today()).value)
    return [one for one in found if one.share >= least]
