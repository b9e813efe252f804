"""A form is sent to communities in one step, filled from the registers; recurring ones send themselves."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lifang.blocks.forms.errors import Refused
from lifang.blocks.forms.filling import KNOWN, MISSING, STALE, Filled, fill
from lifang.blocks.forms.knowing import known
from lifang.blocks.forms.making import may_ask
from lifang.blocks.forms.models import Edition, Issue, Return
from lifang.blocks.forms.periods import label_of
from lifang.blocks.forms.reading import Asked
from lifang.blocks.forms.sealing import sealed_rows
from lifang.blocks.packs import service as packs
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COMMUNITY, ancestors, span
from lifang.ground.areas.models import Area
from lifang.ground.trail.actions import record

BATCH = 500


@transaction.atomic
def issue(
    *, edition: Edition, places: Collection[int], due: dt.date, by: User | None, sending: str = "",
    recurs: bool = False, on: dt.date | None = None,
) -> Issue:  # fmt: skip
    """Send a form to communities: each gets a return that is filled from the registers already.

    `sending` is the caller's own name of it; the same again answers the first. Raises Refused: no matter that is
    listed, a place that is none, a department that holds it all itself, a data element that is no more.
    """
    on = on or today()
    if sending and (before := _sent(sending)):
        return before
    asked = Asked.of(edition)
    places = _communities(places, on)
    if not all(place in span(edition.form.area) for place in places):
        raise Refused(_("要下发的地方不全在提出单位的辖区里。没有下发。"), "places")
    area = _above(places)
    _admit(asked, area, due, on)
    with system_scope("forms"):
        days = int(packs.value("forms.expires_days", settings.CONFIG.area, on).value)
        made = Issue.objects.create(
            edition=edition, area=area, unit=edition.form.unit, places=places, label=label_of(edition.period, on), on=on,
            due=due, until=due + dt.timedelta(days=days), sending=sending, recurs=recurs, by=by,
        )  # fmt: skip
        filled = fill(asked, places, on)
        rows = (_return(made, seq, place, filled[place]) for seq, place in enumerate(places, 1))
        Return.objects.bulk_create(rows, batch_size=BATCH)
    record(
        what="form.issued", kind="form", object_id=edition.form_id, area=area, issue=made.pk, places=len(places),
        sending=sending,
    )  # fmt: skip
    return made


def _sent(sending: str) -> Issue | None:
    with system_scope("forms"):
        return Issue.objects.filter(sending=sending).first()


def _communities(places: Collection[int], on: dt.date) -> list[int]:
    found = list(
        Area.objects.as_of(on).at_level(COMMUNITY).coded(*places).order_by("code").values_list("code", flat=True)
    )
    if not found or len(found) < len(set(places)):
        raise Refused(_("要下发的地方里有不是社区（村）的，或者现在没有这个地方。没有下发。"), "places")
    return found


def _above(places: Sequence[int]) -> int:
    """The narrowest place that holds them all."""
    if len(places) == 1:
        return places[0]
    last = set(ancestors(places[-1]))
    return next(code for code in ancestors(places[0]) if code in last)


def _admit(asked: Asked, area: int, due: dt.date, on: dt.date) -> None:
    if asked.edition.form.last and asked.edition.form.last < on:
        raise Refused(_("这张表已经停用，不能再下发。"))
    if due < on:
        raise Refused(_("期限不能早于 {day}。没有下发。").format(day=on), "due")
    may_ask(asked.sheet, area, on)
    found = known(asked.edition, area)
    if found.vanished:
        raise Refused(
            _("这些列对应的数据现在没有了：{names}。没有下发，请先给表单换列。").format(
                names="、".join(one.title for one in found.vanished)
            ),
            "columns",
        )
    if found.refusable:
        holder = packs.units()[asked.sheet.unit].title
        raise Refused(_("这张表要的 {n} 项都由{holder}自己掌握，不能再向社区要。").format(n=found.asked, holder=holder))


def _return(made: Issue, seq: int, place: int, filled: Filled) -> Return:
    counts = filled.count()
    return Return(
        issue=made, area=place, unit_id=made.unit_id, number=f"{made.edition.form.code}-{made.pk}-{seq:03}",
        cells=filled.cells, rows=sealed_rows(filled.rows), known=counts[KNOWN], old=counts[STALE],
        asked=counts[MISSING],
        state=Return.State.FILLED if counts[STALE] + counts[MISSING] else Return.State.CHECKED,
    )  # fmt: skip
