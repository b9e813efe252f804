"""What a list shows of each case: fifty rows are made in one go, because a template takes ten times as long."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lifang.blocks.cases import queries
from lifang.blocks.cases.showing import FLAGS
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import CaseType
from lifang.ground.areas.codes import COMMUNITY, level_of, parent_of
from lifang.ground.signs import badge, icon, state_badge, when

ROOT = "/desk/events/"  # reverse() for each row would cost more than the rest of it
ALARMS = {"late": ("bad", "alert-circle"), "soon": ("warn", "clock")}


def table_rows(cases: Iterable[queries.Listed], places: Mapping[int, str], now: dt.datetime) -> SafeString:
    labels = [escape(_(word)) for word in ("事件", "网格", "承办单位", "状态", "上报", "到期")]
    return SafeString("".join(_row(case, labels, places, now) for case in cases))


def _row(case: queries.Listed, labels: Sequence[str], places: Mapping[int, str], now: dt.datetime) -> str:
    type_, alarm = type_of(case), alarm_of(case.due_at if case.is_open else None, now)
    event, grid, unit, state, at, due = labels
    css = f' class="is-{ALARMS[alarm][0]}"' if alarm else ""
    nobody = "" if case.unit_name else f'<span class="muted">{escape(_("未派遣"))}</span>'
    return (
        f'<tr{css}><th scope="row" class="num nowrap"><a href="{ROOT}{case.number}/">{case.number}</a></th>'
        f'<td data-label="{event}"><span>{_what(case)}</span></td>'
        f'<td data-label="{grid}">{escape(place_words(case.area, places))}</td>'
        f'<td data-label="{unit}">{escape(case.unit_name) or nobody}</td>'
        f'<td data-label="{state}"><span>{_standing(case, type_)}</span></td>'
        f'<td data-label="{at}" class="nowrap">{when(case.opened_at)}</td>'
        f'<td data-label="{due}" class="nowrap">{_due(case, type_, alarm)}</td></tr>\n'
    )


def type_of(case: queries.Listed) -> CaseType:
    return packs.case_type(case.type, case.area, case.opened_at, version=case.type_version)


def alarm_of(due: dt.datetime | None, now: dt.datetime) -> str:
    """Whether something is late, due soon, or neither."""
    if due is None or due >= now + queries.SOON:
        return ""
    return "late" if due < now else "soon"


def clock_words(type_: CaseType, clock: str) -> str:
    return next((c.title for c in type_.clocks if c.name == clock), "")


def alarm_words(alarm: str, words: str) -> SafeString:
    """How near the end of a limit is, with its sign where it is late or soon."""
    if not alarm:
        return SafeString(f'<span class="muted">{escape(words)}</span>')
    tone, symbol = ALARMS[alarm]
    return SafeString(f'<span class="late tone-{tone}">{icon(symbol, size="sm")} {escape(words)}</span>')


def _what(case: queries.Listed) -> SafeString:
    words = f'<b class="strong">{escape(case.title)}</b>'
    if case.urgency == "critical":
        words += f" {badge(_('特急'), 'bad')}"
    elif case.urgency != "ordinary":
        words += f" {badge(_('紧急'), 'warn')}"
    if case.voices_count > 1:
        words += f' <span class="muted small">{escape(_("%(n)s 人反映") % {"n": case.voices_count})}</span>'
    return SafeString(f'{words}<br><span class="muted">{escape(case.place_text)}</span>')


def _standing(case: queries.Listed, type_: CaseType) -> SafeString:
    flags = [badge(words, tone) for tone, words in (FLAGS[name] for name in case.flags if name in FLAGS)]
    return SafeString(" ".join([state_badge(case.state, type_.states[case.state].title), *flags]))


def _due(case: queries.Listed, type_: CaseType, alarm: str) -> SafeString:
    if case.due_at is None or not case.is_open:
        return SafeString('<span class="muted">–</span>')
    clock = clock_words(type_, case.clock)
    words = _("%(clock)s超期") % {"clock": clock} if alarm == "late" else clock
    return SafeString(f"{alarm_words(alarm, words)} {when(case.due_at)}")


def place_words(area: int, places: Mapping[int, str]) -> str:
    """The community and the grid; above that, the place itself."""
    if level_of(area) > COMMUNITY:
        community, grid = places.get(parent_of(area), ""), places.get(area, "")
        return f"{community} {grid.removeprefix(community)}"
    return places.get(area, "")
