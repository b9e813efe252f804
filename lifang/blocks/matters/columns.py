"""Columns that communities type, which are no element of the dictionary: «拟补贴人数（数字，人）»."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.ground.files.tables import plain

Column = Mapping[str, str]
"""title, kind (of KINDS) and unit, "" where it has none."""
KINDS = {
    "number": gettext_lazy("数字"),
    "text": gettext_lazy("文字"),
    "date": gettext_lazy("日期"),
    "truth": gettext_lazy("是或否"),
}
LONGEST_TITLE, LONGEST_UNIT, MOST = 80, 20, 200
ONE = re.compile(r"^(?P<title>[^（）()]+)[（(](?P<kind>[^（）(),，、]+)(?:[,，、](?P<unit>[^（）()]*))?[）)]$")
BETWEEN = re.compile(r"[;；\n]+|(?<=[）)])[、，,]")


def read(words: str) -> list[Column]:
    """The columns of a text, one a line or between «；». Raises ValueError with words."""
    found = [_one(" ".join(one.split())) for one in BETWEEN.split(words) if one.strip()]
    if len(found) > MOST or len({plain(one["title"]) for one in found}) < len(found):
        raise ValueError(_("同一列只写一次，最多 {n} 列。").format(n=MOST))
    return found


def _one(words: str) -> Column:
    kinds = {str(title): kind for kind, title in KINDS.items()} | {kind: kind for kind in KINDS}
    said = ONE.match(words)
    given = {name: (said[name] or "").strip() for name in ("title", "kind", "unit")} if said else {}
    if given.get("kind") not in kinds or not fits({**given, "kind": kinds[given["kind"]]}):
        raise ValueError(
            _("「{words}」看不懂。请写成：拟补贴人数（数字，人）；类型是{kinds}。").format(
                words=words[:LONGEST_TITLE], kinds=_("、").join(map(str, KINDS.values()))
            )
        )
    return {**given, "kind": kinds[given["kind"]]}


def fits(one: Column) -> bool:
    short = 0 < len(one["title"]) <= LONGEST_TITLE and len(one["unit"]) <= LONGEST_UNIT
    return short and one["kind"] in KINDS and (one["title"] + one["unit"]).isprintable()


def words_of(columns: Sequence[Column]) -> list[str]:
    return [f"{one['title']}（{KINDS[one['kind']]}{'，' + one['unit'] if one.get('unit') else ''}）" for one in columns]


def beyond(asked: Sequence[Column], admitted: Sequence[Column]) -> list[Column]:
    """Those asked of which none of this title and kind was admitted."""
    there = {(plain(one["title"]), one["kind"]) for one in admitted}
    return [one for one in asked if (plain(one["title"]), one["kind"]) not in there]
