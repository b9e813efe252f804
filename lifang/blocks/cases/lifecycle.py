"""What may be done with a case now, and whether what was typed is enough for it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.numbers import normalise
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import CaseType, Input, Transition
from lifang.ground.access.models import Unit
from lifang.ground.areas.models import Area
from lifang.ground.clock.limits import Limit

MAX_TEXT = 2000
MAX_PHOTOS = 9
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
# The column that keeps when a case came into a state of this name, whatever its type.
MILESTONES = {
    "accepted": "accepted_at",
    "filed": "filed_at",
    "dispatched": "dispatched_at",
    "handling": "received_at",
    "handled": "handled_at",
    "closed": "closed_at",
    "called_back": "called_back_at",
}
LATEST = {"handled_at", "closed_at"}
Fitting = Callable[[Case, int | None, Sequence[Transition]], list[Transition]]
"""The case, the unit of who asks, and what their functions open → those of them that would not be refused."""
FITTING: dict[str, Fitting] = {}


class May(Protocol):
    def may(self, function: str, area: int, involved: Iterable[int] = ()) -> bool: ...


def waits(flag: str) -> bool:
    """Whether a flag says that something is asked of a case and not yet answered."""
    return flag.endswith("_asked")


def type_of(case: Case) -> CaseType:
    """The case's type in the version that it began with."""
    return packs.case_type(case.type, case.area, timezone.localdate(case.opened_at), version=case.type_version)


def title_of(type_: CaseType, act: str) -> str:
    """What an act is called, the one that opens a case too."""
    return (type_.opening or _("上报")) if act == "report" else type_.act_title(act)


def transition(case: Case, type_: CaseType, act: str) -> Transition:
    """The row of the table for this act now; raises Refused naming the state when there is none."""
    rows = type_.transitions_from(case.state, case.flags)
    for row in rows:
        if row.act == act:
            return row
    raise Refused(
        _("案件现在是「{state}」，不能做这一步。请刷新页面，看现在可以做什么。").format(
            state=type_.states[case.state].title
        ),
        "act",
        _("、").join(sorted({row.act for row in rows})),
    )


def allowed(case: Case, type_: CaseType, who: May, unit: int | None) -> list[Transition]:
    """The acts that somebody of a unit may do on the case now, in the table's order: at the desk, on the phone, by the API."""
    rows = type_.transitions_from(case.state, case.flags)
    mine = [row for row in rows if who.may(row.by, case.area, case.involved)]
    return FITTING[case.type](case, unit, mine) if case.type in FITTING else mine


def clean(row: Transition, type_: CaseType, data: Mapping[str, Any]) -> dict[str, Any]:
    """The act's inputs in JSON form. Unknown inputs are refused; raises Refused naming the input."""
    names = {*row.needs, *row.takes}
    known = _("、").join(sorted(names)) or _("无")
    if unknown := sorted(set(data) - names):
        raise Refused(
            _("这一步不收「{unknown}」，只收：{known}。").format(unknown=_("、").join(unknown), known=known),
            unknown[0],
            known,
        )
    cleaned = {name: _clean(name, type_.inputs[name], data.get(name)) for name in (*row.needs, *row.takes)}
    for name in row.needs:
        if cleaned[name] in (None, "", []):
            field = type_.inputs[name]
            raise Refused(_("请填写「{title}」。").format(title=field.title), name, _taken(field))
    return {name: value for name, value in cleaned.items() if value not in (None, "", [])}


def _clean(name: str, field: Input, value: Any) -> Any:
    if value is None or value == "":
        return None
    try:
        return CLEANERS[field.kind](field, value)
    except (ValueError, TypeError, KeyError, OverflowError, ObjectDoesNotExist):
        raise Refused(
            _("「{title}」填的是「{value}」，{allowed}。").format(
                title=field.title, value=str(value)[:60], allowed=ALLOWED[field.kind](field)
            ),
            name,
            _taken(field),
        ) from None


def _taken(field: Input) -> str:
    """What the input takes; of a choice the values themselves, which a program sends."""
    return _("、").join(field.options) or ALLOWED[field.kind](field)


def _text(field: Input, value: Any) -> str:
    text = value.strip() if isinstance(value, str) else None
    if text is None or len(text) > MAX_TEXT or not storable(text):
        raise ValueError
    return text


def storable(text: str) -> bool:
    """Whether a database can hold it: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _date(field: Input, value: Any) -> str:
    found = parse_date(str(value))
    if found is None or found < timezone.localdate():
        raise ValueError
    return found.isoformat()


def _datetime(field: Input, value: Any) -> str:
    found = parse_datetime(str(value))
    if found is None:
        raise ValueError
    return (found if timezone.is_aware(found) else timezone.make_aware(found)).isoformat()


def _unit(field: Input, value: Any) -> int:
    return Unit.objects.values_list("pk", flat=True).get(pk=_int(value), active=True)


def _int(value: Any) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,18}", str(value)):
        raise ValueError
    return int(value)


def _case(field: Input, value: Any) -> str:
    number = normalise(str(value)[:40])
    found = Case.objects.filter(number=number).values_list("number", flat=True).first() if number else None
    if found is None:
        raise ValueError
    return found


def _limit(field: Input, value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        amount, _space, unit = value.partition(" ")
        value = {"amount": amount, "unit": unit}
    number = float(value["amount"])
    if not 0 < number <= 400 or set(value) != {"amount", "unit"}:
        raise ValueError
    limit = Limit(int(number) if number == int(number) else number, value["unit"])
    return {"amount": limit.amount, "unit": limit.unit.value}


def _choice(field: Input, value: Any) -> str:
    if value not in field.options:
        raise ValueError
    return str(value)


def _bool(field: Input, value: Any) -> bool:
    return {"true": True, "false": False, "1": True, "0": False, "on": True, True: True, False: False}[
        value if isinstance(value, bool) else str(value).lower()
    ]


def _area(field: Input, value: Any) -> int:
    """A place that stands today; of grids only those of the governance layer, in which cases stand."""
    standing = Area.objects.as_of(timezone.localdate()).exclude(layer="construction")
    return standing.values_list("code", flat=True).get(code=_int(value))


def _number(field: Input, value: Any) -> float:
    number = float(value)
    if not abs(number) < 1e12:
        raise ValueError
    return number


def _point(field: Input, value: Any) -> list[float]:
    lon, lat = (float(v) for v in (value.split(",") if isinstance(value, str) else value))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError
    return [lon, lat]


def _many(field: Input, value: Any) -> list[int]:
    values = value if isinstance(value, list) else [value]
    if len(values) > 20:
        raise ValueError
    return [_unit(field, v) for v in values]


def _photos(field: Input, value: Any) -> list[str]:
    """Fingerprints of pictures that were cleaned and kept before the act."""
    if not isinstance(value, list) or len(value) > MAX_PHOTOS:
        raise ValueError
    if not all(isinstance(one, str) and FINGERPRINT.fullmatch(one) for one in value):
        raise ValueError
    return value


CLEANERS = {
    "text": _text,
    "clause": _text,
    "date": _date,
    "datetime": _datetime,
    "unit": _unit,
    "units": _many,
    "case": _case,
    "limit": _limit,
    "choice": _choice,
    "number": _number,
    "bool": _bool,
    "area": _area,
    "point": _point,
    "category": _text,
    "photos": _photos,
}
ALLOWED = {
    "text": lambda f: _("要填不超过 {n} 个字的文字").format(n=MAX_TEXT),
    "clause": lambda f: _("要写明依据的文件和条款"),
    "date": lambda f: _("要填今天或以后的日期，如 2026-03-01"),
    "datetime": lambda f: _("要填日期和时间，如 2026-03-01 09:30"),
    "unit": lambda f: _("要选一个在用的单位"),
    "units": lambda f: _("要选 1 到 20 个在用的单位"),
    "case": lambda f: _("要填一个你能看到的案件编号"),
    "limit": lambda f: _("要填数量和单位，如 4 work_hours"),
    "choice": lambda f: _("只能选：{choices}").format(choices=_("、").join(f.options.values())),
    "number": lambda f: _("要填数字"),
    "bool": lambda f: _("只能填是或否"),
    "area": lambda f: _("要填现有地方的 15 位代码"),
    "category": lambda f: _("要选一个事项类别"),
    "photos": lambda f: _("要传图片，最多 {n} 张").format(n=MAX_PHOTOS),
    "point": lambda f: _("要填经度和纬度，如 115.89,28.68"),
}
