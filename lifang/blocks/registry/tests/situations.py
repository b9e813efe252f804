"""Departments' files about the residents of a small city's east street, as tests begin with them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from lifang.blocks.registry.imports import actions
from lifang.blocks.registry.models import Import, Person, Record, System
from lifang.blocks.registry.tests.numbers import made_up
from lifang.ground.access.models import User
from lifang.ground.access.ranges import midnight
from lifang.ground.access.scope import Scope, system_scope
from tests.situations import EAST_STREET, a_person, a_small_city, unit_of

JUNE, JULY = dt.date(2026, 6, 1), dt.date(2026, 7, 1)
ZHOU = made_up("99010119560229017")
LIN = made_up("99010119880812024")
HEADS = ("姓名", "身份证号", "性别", "出生日期", "联系电话", "现住址", "所属社区")
ZHOU_ROW = ("周建国", ZHOU, "男", "1956-02-29", "13800010001", "永宁路12号3栋2单元501室", "东风1社区")
LIN_ROW = ("林小芳", LIN, "女", "1988年8月12日", "13900020002", "长春路8号1栋1单元302室", "东风2社区居委会")


@dataclass
class Town:
    steward: User
    worker: User
    systems: dict[str, System] = field(default_factory=dict)

    def sends(
        self, department: str, rows: Iterable[Sequence[str]], *, heads: Sequence[str] = HEADS, on: dt.date = JUNE,
        complete: bool = False,
    ) -> Import:  # fmt: skip
        """A file of this department, with its columns as they were guessed, checked."""
        content = "\n".join(",".join(row) for row in (heads, *rows)).encode()
        with system_scope("registry"):
            found = actions.receive(
                system=self.systems[department], content=content, name=f"{department}.csv", held_on=on, area=EAST_STREET,
                complete=complete, by=self.steward,
            )  # fmt: skip
            actions.confirm(imported=found, columns=found.columns)
            actions.check(found.pk)
        return _again(found)

    def takes(self, imported: Import) -> Import:
        with system_scope("registry"):
            actions.begin_taking(imported=imported)
            actions.take(imported.pk)
        return _again(imported)

    def took(self, department: str, rows: Iterable[Sequence[str]], **how: object) -> Import:
        sent = self.sends(department, rows, **how)  # type: ignore[arg-type]
        assert sent.state == Import.State.CHECKED, (sent.state, sent.step, sent.why)
        taken = self.takes(sent)
        assert taken.state == Import.State.TAKEN, (taken.state, taken.step, taken.why)
        return taken

    def undoes(self, imported: Import) -> None:
        with system_scope("registry"):
            actions.begin_undoing(imported=imported, by=self.steward)
            actions.undo(imported.pk, self.steward.pk)

    def all_places(self) -> AbstractContextManager[Scope]:
        return system_scope("registry")

    def guessed(self, department: str, heads: Sequence[str]) -> dict[str, str]:
        """The columns that a file with these headers is guessed to have: element → column."""
        return self._received(department, heads).columns

    def confirms_columns(self, department: str, heads: Sequence[str], columns: dict[str, str]) -> None:
        with system_scope("registry"):
            actions.confirm(imported=self._received(department, heads), columns=columns)

    def _received(self, department: str, heads: Sequence[str]) -> Import:
        content = "\n".join(",".join(row) for row in (heads, ZHOU_ROW)).encode()
        with system_scope("registry"):
            return actions.receive(
                system=System.objects.get(code=department), content=content, name="again.csv", held_on=JULY,
                area=EAST_STREET, complete=False, by=self.steward,
            )  # fmt: skip

    def persons(self) -> list[Person]:
        with system_scope("registry"):
            return list(Person.objects.standing().order_by("name", "pk"))


def _again(imported: Import) -> Import:
    with system_scope("registry"):
        return Import.objects.get(pk=imported.pk)


def a_town() -> Town:
    a_small_city()
    town = Town(
        a_person("data_steward", EAST_STREET, unit_of("street_office", EAST_STREET)),
        a_person("community_worker", EAST_STREET + 1000, unit_of("community_committee", EAST_STREET + 1000)),
    )
    with system_scope("registry"):
        for department in ("police", "civil_affairs", "health", "human_resources"):
            town.systems[department] = System.objects.create(
                code=department, title=department, department=department, area=EAST_STREET, link=System.Link.FILE
            )
    return town


def known_from(town: Town, on: dt.date, *systems: str) -> None:
    """What these systems said for a day became known at its beginning."""
    with town.all_places():
        Record.objects.filter(system__code__in=systems, held_from=on).update(known_from=midnight(on))
