"""Registers of a small city's east street, kept at the desk by those who may."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from stdnum.cn import uscc

from lifang.blocks.registers.models import Entry, File
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import level_of, parent_of, text
from lifang.ground.areas.models import Area
from tests.situations import EAST, EAST_COMMUNITY, EAST_STREET, a_person, a_small_city, unit_of

FIRST, SECOND = "东风1社区", "东风2社区"


def credit(serial: int) -> str:
    """A made-up unified social credit code: its region names none."""
    body = f"91990101MA{serial:07}"
    return body + str(uscc.calc_check_digit(body))


@dataclass
class Street:
    """`worker` answers for the first community, `desk` for the street, `steward` for the county, `grid` for a grid."""

    worker: User
    desk: User
    steward: User
    grid: User

    def client(self, person: str) -> Client:
        client = Client()
        client.force_login(getattr(self, person))
        return client

    def enters(
        self,
        kind: str,
        name: str = "",
        *,
        by: str = "desk",
        area: int = EAST_COMMUNITY,
        since: dt.date | None = None,
        **facts: Any,
    ) -> Entry:
        answer = self.tries(kind, name, by=by, area=area, since=since, **facts)
        assert answer.status_code == 302, said_in(answer)
        with system_scope("registers"):
            return Entry.objects.latest("pk")

    def tries(
        self,
        kind: str,
        name: str = "",
        *,
        by: str = "desk",
        area: int = EAST_COMMUNITY,
        since: dt.date | None = None,
        **facts: Any,
    ) -> HttpResponse:
        given = {"name": name, "area": text(area), "held_from": since or dt.date(2026, 1, 5)}
        given |= {f"c_{column}": value for column, value in facts.items()}
        return self.client(by).post(f"/desk/registers/kinds/{kind}/new/", given)  # type: ignore[return-value]

    def joins(
        self, entry: Entry, role: str, name: str, *, by: str = "desk", since: str = "2026-01-05", **more: str
    ) -> None:
        answer = self.client(by).post(
            f"/desk/registers/{entry.pk}/people/", {"role": role, "name": name, "since": since, **more}
        )
        assert answer.status_code == 302, said_in(answer)

    def sends(
        self,
        kind: str,
        heads: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        by: str = "steward",
        area: int = EAST,
        name: str = "名册.csv",
    ) -> HttpResponse:
        """Looks at what a file would bring, then sends it again to be taken."""
        content = "\n".join(",".join(map(str, row)) for row in (heads, *rows)).encode()
        shown = self.shows(kind, content, by=by, area=area, name=name)
        seen = re.search(r'name="seen" value="(\w+)"', shown.content.decode())
        return self.shows(kind, content, by=by, area=area, name=name, seen=seen[1]) if seen else shown

    def shows(
        self,
        kind: str,
        content: bytes,
        *,
        by: str = "steward",
        area: int = EAST,
        name: str = "名册.csv",
        seen: str = "",
    ) -> HttpResponse:
        given = {
            "file": SimpleUploadedFile(name, content),
            "area": text(area),
            "held_on": today().isoformat(),
            "seen": seen,
        }
        return self.client(by).post(f"/desk/registers/kinds/{kind}/files/", given)  # type: ignore[return-value]

    def page(self, address: str, by: str = "desk") -> str:
        answer = self.client(by).get(f"/desk/registers/{address}")
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()


def file_of(kind: str) -> File:
    with system_scope("registers"):
        return File.objects.filter(kind=kind).latest("pk")


def entries(kind: str) -> list[Entry]:
    with system_scope("registers"):
        return list(Entry.objects.filter(kind=kind).order_by("pk"))


def said_in(answer: Any) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer if isinstance(answer, str) else answer.content.decode()))


def units(number: int) -> list[str]:
    """So many communities and villages of the east district in all; names of those that were added."""
    with system_scope("test"):
        there = Area.objects.filter(code__gte=EAST, code__lt=EAST + 10**9, level=5).count()
        like = Area.objects.get(code=EAST_COMMUNITY)
        made = []
        for at in range(number - there):
            street = EAST_STREET + 10**6 * (1 + at // 400)
            made.append((street + 1000 * (1 + at % 400), f"新设{at}村"))
        streets = {parent_of(code) for code, _name in made}
        rows = [(code, f"新街{code}") for code in sorted(streets)] + made
        Area.objects.bulk_create(
            Area(
                code=code, name=name, level=level_of(code), kind="community" if level_of(code) == 5 else "street",
                parent_code=parent_of(code), valid=like.valid, begun_by_id=like.begun_by_id,
            )
            for code, name in rows
        )  # fmt: skip
        return [name for _code, name in made]


def a_street() -> Street:
    a_small_city()
    return Street(
        a_person("community_worker", EAST_COMMUNITY, unit_of("community_committee", EAST_COMMUNITY)),
        a_person("street_desk", EAST_STREET, unit_of("street_office", EAST_STREET)),
        a_person("data_steward", EAST),
        a_person("grid_worker", EAST_COMMUNITY + 1),
    )
