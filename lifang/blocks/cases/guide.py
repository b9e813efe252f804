"""What helps a person to act on a case: facts, standards with their source, sensible choices."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.cases.clocks import Reading
from lifang.blocks.cases.forms import Offer
from lifang.blocks.cases.lifecycle import waits
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.showing import Shown, category_title
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Transition
from lifang.ground.access.models import Unit
from lifang.ground.areas.codes import CITY, STREET, ancestors, at_level, level_of, parent_of, text15
from lifang.ground.areas.models import Area

LEVEL_WORDS = {
    2: gettext_lazy("市级"),
    3: gettext_lazy("区县级"),
    4: gettext_lazy("街道级"),
    5: gettext_lazy("社区"),
}
NEEDS_UNIT, NEEDS_AREA, NEEDS_CATEGORY = "unit", "area", "category"


def rank(row: Transition, case: Case) -> int:
    """0 for an act that answers what was asked and waits, 1 for one that carries the case on, 2 for the others."""
    asked = set(filter(waits, case.flags))
    return 0 if asked.intersection(row.clears) else 1 if _advances(row) else 2


def _advances(row: Transition) -> bool:
    """Whether an act carries the case on, as against a side step or an end out of turn."""
    return row.to != "same" and not row.confirm and row.act not in ("void", "reopen", "whistle", "recall", "hang_up")


def facts(shown: Shown) -> list[tuple[str, Any]]:
    case = shown.case
    urgency = packs.urgencies(case.area).get(case.urgency, case.urgency)
    rows = [
        (_("类别"), category_title(case.category, case)),
        (_("紧急程度"), urgency),
        (_("地点"), case.place_text),
        (_("所在网格"), shown.place),
        (
            _("来源"),
            _("%(source)s（%(n)s 人反映）") % {"source": shown.source, "n": case.voices_count}
            if case.voices_count > 1
            else shown.source,
        ),
        (
            _("承办单位"),
            case.unit.name
            if case.unit
            else _("未确定，依规则建议 %(name)s") % {"name": case.fields["owner_name"]}
            if "owner_name" in case.fields
            else "",
        ),
    ]
    return [(term, value) for term, value in rows if value]


def standard(case: Case) -> dict[str, Any] | None:
    """The filing and closing standard of the case's category, with owner and sources."""
    try:
        rule = packs.category(case.category, case.area, case.opened_at)
    except packs.NoRule:
        return None
    return {
        "title": rule.title,
        "filing": rule.filing,
        "closing": rule.closing,
        "power": {
            "own": _("社区可以自办"),
            "assist": _("社区协助，由主管部门办理"),
            "none": _("社区只发现上报，由主管部门办理"),
        }.get(rule.power, ""),
        "owner_rule": rule.owner.citation,
        "problem": case.fields.get("place_problem", ""),
    }


def offer(shown: Shown, rows: Sequence[Transition]) -> Offer:
    """Choices for the forms of these acts; each list is read only when an act asks for it."""
    asked = {name: shown.type.inputs[name].kind for row in rows for name in (*row.needs, *row.takes)}
    kinds = set(asked.values())
    case = shown.case
    return Offer(
        units=_units(case) if kinds & {"unit", "units"} else (),
        areas=_areas(case) if "area" in kinds else (),
        cases=[(c.number, f"{c.title} {c.place_text}") for c in shown.likely],
        categories=_categories(case) if "category" in kinds else (),
        initial={
            "unit": case.fields.get("owner") if case.unit_id is None else None,
            "category": None,
            **{name: case.urgency for name, kind in asked.items() if name == "urgency"},
        },
        limits=_limits(shown.readings, shown),
        extended_in=next((r.limit.unit for r in shown.readings if r.clock.name == "handle" and r.limit), None),
    )


def _units(case: Case) -> list[tuple[Any, Any]]:
    """Units standing over the case's place, the proposed one first; no committee, which is never the default owner."""
    chain = [case.area, *ancestors(case.area)]
    near = Unit.objects.filter(Q(area__in=chain) | Q(pk=case.fields.get("owner") or 0), active=True)
    rows = list(near.exclude(kind="community_committee").order_by("-area", "name").values_list("pk", "name", "area"))
    proposed = [(pk, name) for pk, name, _area in rows if pk == case.fields.get("owner")]
    groups: dict[str, list[tuple[int, str]]] = {}
    for pk, name, area in rows:
        groups.setdefault(str(LEVEL_WORDS.get(level_of(area), _("上级"))), []).append((pk, name))
    first = [(_("依规则建议"), proposed)] if proposed else []
    return [*first, *groups.items()]


def _areas(case: Case) -> list[tuple[str, str]]:
    """Places that a correction is likely to mean: of the same community, else the communities of the same street."""
    level = level_of(case.area)
    if level > STREET:
        street = at_level(case.area, STREET)
        community = at_level(case.area, 5)
        below = Area.objects.filter(Q(parent_code=community) | Q(parent_code=street))
    else:
        below = Area.objects.filter(parent_code=case.area if level >= CITY else parent_of(case.area))
    rows = below.as_of(timezone.localdate()).exclude(layer="construction").order_by("level", "code")
    return [(text15(code), name) for code, name in rows.values_list("code", "name")[:120]]


def _categories(case: Case) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for rule in packs.categories(case.area, case.opened_at):
        groups.setdefault(rule.major_title, []).append((rule.code, rule.title))
    return list(groups.items())


def _limits(readings: Sequence[Reading], shown: Shown) -> Mapping[str, Any]:
    """The extension last asked for is offered for granting."""
    asked = next((act for act in reversed(shown.acts) if act.act == "ask_extension"), None)
    if asked is None or "limit" not in asked.data:
        return {}
    found = next((r.limit for r in readings if r.clock.name == "handle" and r.limit), None)
    if found is None:
        return {}
    return {"grant_extension": type(found)(asked.data["limit"]["amount"], asked.data["limit"]["unit"])}
