"""Columns that communities type, which are no element of the dictionary: «拟补贴人数（数字，人）»."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from lifang.ground.files.tables import whole

Column = Mapping[str, str]
"""title, kind (of KINDS) and unit, "" where it has none."""
WORDS = {
    "number": gettext_noop("数字"),
    "text": gettext_noop("文字"),
    "date": gettext_noop("日期"),
    "truth": gettext_noop("是或否"),
}
"""What each kind is called, whoever asks."""
KINDS = {kind: gettext_lazy(word) for kind, word in WORDS.items()}
LONGEST_TITLE, LONGEST_UNIT, MOST = 80, 20, 200
LONGEST = MOST * (LONGEST_TITLE + LONGEST_UNIT + 20)
ONE = re.compile(r"^(?P<title>.+)[（(](?P<kind>[^（）(),，、]+)(?:[,，、](?P<unit>[^（）()]*))?[）)]$")
BETWEEN = re.compile(r"[;；\n]+|(?<=[）)])[、，,]")
AFTER_A_BRACKET = re.compile(r"(?<=[）)])[\s、，,]+")
MEASURES = (
    "元 人 人次 户 户次 个 名 位 次 件 例 起 宗 栋 幢 套 间 处 座 家 所 台 辆 部 张 份 本 册 条 项 只 株 棵 盏 块 场 期 批 组"
    " 岁 周岁 年 季度 月 周 日 天 小时 分钟 分 平方米 平米 ㎡ m2 m² 平方公里 亩 公顷 立方米 m3 m³ 米 m 公里 千米 km 吨 公斤"
    " 千克 kg 斤 度 千瓦时 % ％ ‰ 床 床位"
)
MEASURE = f"[百千万亿]{{0,2}}(?:{'|'.join(MEASURES.split())})"
MEASURED = re.compile(
    rf"(?P<title>.+)[（(\[【]\s*(?:单位\s*[:：]?\s*)?(?P<unit>{MEASURE}(?:\s*[/／每]\s*{MEASURE})?)\s*[）)\]】]"
)


def read(words: str) -> list[Column]:
    """The columns of a text, one a line or between «；»; what is said twice is one. Raises ValueError with words."""
    found = [_one(" ".join(one.split())) for one in BETWEEN.split(words) if one.strip()]
    if len(found) > MOST:
        raise ValueError(_("最多写 {n} 列。").format(n=MOST))
    return list({(whole(_spelled(one)), one["kind"]): one for one in reversed(found)}.values())[::-1]


def _one(words: str) -> Column:
    kinds = {said: kind for kind, title in KINDS.items() for said in (str(title), WORDS[kind], kind)}
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


def made(title: str, kind: str, unit: str = "") -> Column:
    """The nearest column that `read` can read: a measure in brackets behind the title becomes its unit."""
    title = _readable(title)
    if not unit and (found := MEASURED.fullmatch(title)):
        title, unit = found["title"], found["unit"]
    unit = re.sub(r"[（）()]", " ", _readable(unit))
    title, unit = title[:LONGEST_TITLE].strip() or "—", " ".join(unit.split())[:LONGEST_UNIT].strip()
    return {"title": title, "kind": kind, "unit": unit}


def words_of(columns: Sequence[Column]) -> list[str]:
    """Of each a line that `read` can read."""
    found = [_made(one) for one in columns]
    return [f"{one['title']}（{KINDS[one['kind']]}{'，' + one['unit'] if one['unit'] else ''}）" for one in found]


def beyond(asked: Sequence[Column], admitted: Sequence[Column]) -> list[Column]:
    """Those asked of which none of this title, kind and unit was admitted. The unit need not be said; all else that stands
    in brackets is of the title."""
    there = {(whole(words), one["kind"]) for one in map(_made, admitted) for words in _spellings(one)}
    return [one for one in asked if (whole(_spelled(_made(one))), one["kind"]) not in there]


def _made(one: Column) -> Column:
    return made(one["title"], one["kind"], one.get("unit", ""))


def _spellings(one: Column) -> tuple[str, ...]:
    kinds = (f"{one['title']}({word})" for word in (WORDS[one["kind"]], one["kind"]))
    return one["title"], _spelled(one), *kinds


def _spelled(one: Column) -> str:
    return f"{one['title']}({one['unit']})" if one["unit"] else one["title"]


def _readable(words: str) -> str:
    """On one line, without what stands between columns."""
    seen = "".join(one for one in words if one.isprintable() or one.isspace())
    return AFTER_A_BRACKET.sub(" ", re.sub("[;；]", "，", " ".join(seen.split()))).strip()
