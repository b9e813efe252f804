"""A stock-take: who looks ticks what is there; what nobody found is missing, with its keeper and its value."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.registers import queries
from lifang.blocks.registers.errors import Refused
from lifang.blocks.registers.models import Counted, Stocktake
from lifang.blocks.registers.queries import When
from lifang.ground.access.models import User
from lifang.ground.access.scope import current
from lifang.ground.trail.actions import record


@transaction.atomic
def begin(*, kind: str, area: int, by: User | None) -> Stocktake:
    """All of the kind that stand at the place today are to be found. Raises Refused where a count is going on there."""
    if not current().covers(area):
        raise Refused(_("这个地方不在你可以登记的范围内。"), "area")
    if Stocktake.objects.filter(kind=kind, area=area, closed_at=None).exists():
        raise Refused(_("这里已经有一次盘点没有结束，请接着盘。"))
    entries = list(queries.within(queries.said(When.now(), [kind]), area).values_list("entry", flat=True))
    if not entries:
        raise Refused(_("这里没有登记可以盘点的东西。"))
    taken = Stocktake.objects.create(kind=kind, area=area, by=by)
    Counted.objects.bulk_create([Counted(stocktake=taken, entry_id=entry) for entry in entries])
    record(what="register.counted", kind="register", object_id=taken.pk, area=area, register=kind, lines=len(entries))
    return taken


@transaction.atomic
def tick(*, stocktake: Stocktake, found: Collection[int], shown: Collection[int], by: User | None) -> None:
    """Of the entries shown, these were found and the others not. Who ticked one first stays."""
    _open(stocktake)
    lines = stocktake.lines.filter(entry__in=shown)
    lines.filter(entry__in=found, found_at=None).update(found_at=timezone.now(), found_by=by)
    lines.exclude(entry__in=found).update(found_at=None, found_by=None)


@transaction.atomic
def close(*, stocktake: Stocktake, by: User | None) -> None:
    _open(stocktake)
    stocktake.closed_at, stocktake.closed_by = timezone.now(), by
    stocktake.save(update_fields=["closed_at", "closed_by"])
    missing = stocktake.lines.filter(found_at=None).count()
    record(
        what="register.counted", kind="register", object_id=stocktake.pk, area=stocktake.area, register=stocktake.kind,
        missing=missing,
    )  # fmt: skip


def _open(stocktake: Stocktake) -> None:
    if stocktake.closed_at:
        raise Refused(_("这次盘点已经结束，没有再改。"))
