"""The self-check against the rules on formalism: each finding names the rule, the thing, and the remedy."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.packs import service as packs
from lifang.blocks.registers import queries
from lifang.blocks.registers.models import Statement
from lifang.blocks.registers.queries import When
from lifang.domains.meter import plates
from lifang.domains.meter.bodies import BODY
from lifang.domains.meter.words import FORBIDDEN
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COMMUNITY, at_level
from lifang.ground.areas.queries import names

TOOL = "work_tool"
NEVER = (
    (gettext_lazy("不打卡"), gettext_lazy("系统里没有签到，也不记谁几点在哪里。")),
    (gettext_lazy("不给人积分、不给人排名"), gettext_lazy("数只算到单位和事项，算不到个人。")),
    (gettext_lazy("不强制拍照"), gettext_lazy("照片都可以不传；登记和办理经过就是凭据。")),
    (gettext_lazy("不记轨迹、不记在线时长"), gettext_lazy("走访只记见没见到人。")),
    (gettext_lazy("不要日志"), gettext_lazy("用时从下达、填报、走访和日历里算，没有人要填用时。")),
)


@dataclass(frozen=True)
class Finding:
    """`rule` with its `source`, what it is about at which community, and what to do."""

    place: str
    what: str
    rule: str
    source: str
    remedy: str
    entry: int | None = None


def _said(kind: str, area: int | None, on: dt.date) -> list[Statement]:
    if area is None:
        return []
    with system_scope("meter.rules"):
        return list(queries.within(queries.said(When(on), [kind]), area).order_by("area", "name"))


def inventory(area: int | None, on: dt.date) -> list[tuple[str, int]]:
    """How many tools of each sort there are."""
    if area is None:
        return []
    found = Counter(str(one.facts.get("sort")) for one in _said(TOOL, area, on))
    options = packs.register_kinds(area)[TOOL].columns["sort"].options
    return [(title, found.get(name, 0)) for name, title in options.items()]


def findings(area: int | None, on: dt.date) -> list[Finding]:
    if area is None:
        return []
    forbidden, most = packs.value("meter.forbidden", area, on), packs.value("meter.groups_most", area, on)
    tools, bodies = _said(TOOL, area, on), _said(BODY, area, on)
    over = [one for one in plates.standings(area, on).values() if one.over]
    known = names({one.area for one in [*tools, *bodies]} | {one.area for one in over}, on)
    found = [
        Finding(known.get(one.area, ""), one.name, _("不得要求{what}").format(what=FORBIDDEN[name][0]), forbidden.citation,
                str(FORBIDDEN[name][1]), one.entry_id)
        for one in tools
        for name in one.facts.get("required") or ()
        if name in forbidden.value
    ]  # fmt: skip
    groups = Counter(at_level(one.area, COMMUNITY) for one in tools if one.facts.get("sort") == "group")
    found += [
        Finding(known.get(code, ""), _("{n} 个工作群").format(n=n), _("工作群不超过 {n} 个").format(n=most.value),
                most.citation, _("请建群的单位合并或解散，事情改由平台下达。"))
        for code, n in groups.items()
        if n > most.value
    ]  # fmt: skip
    kind = packs.register_kinds(area)[BODY]
    found += [
        Finding(known.get(one.area, ""), one.name, _("部门设在社区的机构要有依据"), kind.source.clause,
                _("没有依据的撤销，可以合用的合并。"), one.entry_id)
        for one in bodies
        if one.facts.get("judged") in ("remove", "merge")
    ]  # fmt: skip
    found += [
        Finding(known.get(one.area, ""), _("{n} 块牌子").format(n=len(one.plates)),
                _("对外超 {outside} 块，对内超 {inside} 块").format(outside=one.over_outside, inside=one.over_inside),
                one.limits.outside.citation if one.limits else "", _("拆下清单以外的牌子，在登记册里登记撤销。"))
        for one in over
    ]  # fmt: skip
    return found
