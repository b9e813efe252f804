"""How a change is written: the versions that end, the versions that begin, what passed to what, the trail."""

import datetime as dt
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Func, Value
from django.utils.translation import gettext as _

from lifang.ground.access.models import User
from lifang.ground.areas import codes
from lifang.ground.areas.carrying import carry
from lifang.ground.areas.errors import Refused
from lifang.ground.areas.models import Area, AreaChange, Succession
from lifang.ground.areas.pinyin import initials
from lifang.ground.trail.actions import record

COPIED: Final = (
    "code", "name", "level", "kind", "layer", "households", "population", "lon", "lat", "boundary", "generated",
)  # fmt: skip
PARENTLESS: Final = "area_has_parent"
ONE_VERSION: Final = "area_one_version_a_day"
TREE_LOCK: Final = 0x61726561
WAIT_SECONDS: Final = 3


def alone(field: str = "on") -> None:
    """Let one transaction at a time change the tree, so that each sees what the one before it did.

    A change takes moments, an import minutes: Refused after waiting three seconds.
    """
    until = time.monotonic() + WAIT_SECONDS
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TREE_LOCK])
            if cursor.fetchone()[0]:
                return
            if time.monotonic() > until:
                raise Refused(field, _("另一位管理员正在调整区划，这一次没有办理。请稍后再试。"))
            time.sleep(0.05)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """Why and from when a change holds."""

    on: dt.date
    document_number: str = ""
    document_title: str = ""
    reason: str = ""


def standing(code: int, on: dt.date, *, field: str = "code", may_begin_today: bool = False) -> Area:
    """The version that holds on that day and has no end. Refused where there is none or it began that very day.

    From here to the end of the transaction nobody else changes the tree.
    """
    alone(field)
    found = Area.objects.as_of(on).coded(code).first()
    if found is None:
        raise Refused(field, _("%(on)s 时没有代码 %(code)s") % {"on": on, "code": codes.text(code)})
    if not may_begin_today:
        _changeable(found, on, field)
    return found


def _changeable(area: Area, on: dt.date, field: str = "on") -> None:
    if area.valid.upper is not None:
        raise Refused(field, _("“%(name)s”在 %(day)s 起已有变更，请先撤销那一次") % {
            "name": area.name, "day": area.valid.upper})  # fmt: skip
    if area.valid.lower >= on:
        raise Refused(field, _("“%(name)s”的现有记录从 %(day)s 起，变更日期应更晚") % {
            "name": area.name, "day": area.valid.lower})  # fmt: skip


def version(old: Area, **changes: Any) -> Area:
    """A new, unsaved version of a place with some fields changed."""
    return Area(**{name: getattr(old, name) for name in COPIED} | changes)


class Rewrite:
    """Collects what a change does and writes it when the block ends, all or nothing.

    Raises Refused where the tree would be broken: two versions of a code on a day, or a place without a parent.
    """

    change: AreaChange

    def __init__(self, kind: str, area: int, basis: Basis, by: User | None, data: dict[str, Any]) -> None:
        self.change = AreaChange(
            kind=kind, area=area, on=basis.on, document_number=basis.document_number,
            document_title=basis.document_title, reason=basis.reason, by=by, data=data,
        )  # fmt: skip
        self._ended: list[Area] = []
        self._begun: list[Area] = []
        self._passed: list[Succession] = []

    def end(self, area: Area) -> None:
        _changeable(area, self.change.on)
        self._ended.append(area)

    def begin(self, area: Area) -> None:
        self._begun.append(area)

    def passed(self, old: int, new: int, share: float, back_share: float) -> None:
        self._passed.append(
            Succession(old_code=old, new_code=new, on=self.change.on, share=share, back_share=back_share)
        )

    def recode(self, root: Area, new: int) -> None:
        """Give a place and all below it codes under `new`."""
        for area in Area.objects.as_of(self.change.on).below(root.code).order_by("code"):
            self.end(area)
            moved = new + area.code - root.code
            self.begin(version(area, code=moved))
            self.passed(area.code, moved, 1.0, 1.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            try:
                with transaction.atomic():
                    self._write()
            except IntegrityError as broken:
                raise explained(broken) from broken

    def _write(self) -> None:
        self.change.save()
        on, change = self.change.on, self.change
        for area in self._begun:
            area.valid, area.begun_by = DateRange(on, None), change
            area.parent_code, area.level = codes.parent_of(area.code), codes.level_of(area.code)
            area.initials = initials(area.name)
        for step in self._passed:
            step.change = change
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS {ONE_VERSION} DEFERRED")
            Area.objects.bulk_create(sorted(self._begun, key=lambda area: area.code))
            until = Func(Func("valid", function="lower"), Value(on), function="daterange")
            ended = Area.objects.filter(pk__in=[area.pk for area in self._ended])
            ended.update(valid=until, ended_by=change)
            cursor.execute(f"SET CONSTRAINTS {ONE_VERSION} IMMEDIATE")
        Succession.objects.bulk_create(self._passed)
        record(
            what=f"areas.{change.kind}", kind="areachange", object_id=change.pk, area=change.area,
            on=on, document=change.document_number, **change.data,
        )  # fmt: skip
        carry(change, self._passed, {area.code: area.name for area in (*self._ended, *self._begun)})


def explained(error: IntegrityError) -> Refused:
    """What the database refused, in a clerk's words."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    if name == PARENTLESS:
        return Refused("parent", _("有单位在某一天没有上级；上级须先设立、后撤销"))
    for constraint in Area._meta.constraints:
        if constraint.name == name:
            return Refused("code", str(constraint.violation_error_message))
    return Refused("code", str(error))
