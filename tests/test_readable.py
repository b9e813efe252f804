"""What each role can read of persons, kept in `readable.txt`: rows table by table, and values field by field.

`READABLE=write pytest tests/test_readable.py` writes the file anew; read the difference before committing it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from lifang.blocks.packs import service as packs
from lifang.blocks.registry.imports import actions
from lifang.blocks.registry.models import Import, Person, Record, System
from lifang.blocks.registry.tests.numbers import made_up
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.routes import Route, routes
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.access.vault import Sealed
from tests.real import Served, a_served_city, pages
from tests.test_leaks import District, _east_person, city  # noqa: F401

KEPT = Path(__file__).parent / "readable.txt"
HEAD = """# What each role can read of persons. Written by `READABLE=write pytest tests/test_readable.py`; read the difference
# before committing it.
"""
# Tables with personal data that do not refer to a person or a record of the registers.
BESIDES = {
    "access_user", "care_contact", "care_duty", "cases_act", "cases_case", "cases_voice", "counter_application", "counter_appointment", "counter_filling", "experts_expert",
    "notices_notice", "trail_entry",
}  # fmt: skip
# One value of each element that could be told from anything else on a page.
SAID = {
    "姓名": "欧阳可辨", "身份证号": made_up("99010119560229077"), "出生日期": "1956-02-29", "联系电话": "13811223344",
    "现住址": "可辨路77号", "所属社区": "东风1社区", "户籍地址": "他乡路99号", "户号": "H77001", "工作单位": "可辨机械厂",
    "残疾等级": "听力可辨级", "慢性病": "可辨症",
}  # fmt: skip
SHOWN = {"出生日期": "1956年2月29日"}


def _personal() -> list[type[models.Model]]:
    def of_person(model: type[models.Model]) -> bool:
        return model in (Person, Record) or any(
            field.related_model in (Person, Record) for field in model._meta.local_fields if field.is_relation
        )

    found = [model for model in apps.get_models() if of_person(model) or model._meta.db_table in BESIDES]
    return sorted(found, key=lambda model: model._meta.db_table)


def _fields(model: type[models.Model]) -> str:
    """Columns in the clear; sealed ones in brackets."""
    return " ".join(f"({f.column})" if isinstance(f, Sealed) else str(f.column) for f in model._meta.local_fields)


def _by_table() -> Iterator[str]:
    """How many of a table's rows in two districts a role of the one reads, under whichever of its functions."""
    people: dict[str, User] = {role: _east_person(role) for role in sorted(packs.roles())}
    most: dict[tuple[str, str], tuple[int, str]] = {}
    for role, user in people.items():
        for function in sorted(packs.roles()[role].functions):
            with scope_of(user, function, read_only=True):
                for model in _personal():
                    count = model._base_manager.count()
                    if count > most.get((model._meta.db_table, role), (0, ""))[0]:
                        most[model._meta.db_table, role] = count, function
    for model in _personal():
        table = model._meta.db_table
        yield f"{table}: {_fields(model)}"
        with system_scope("test"):
            whole = model._base_manager.count()
        for role in people:
            if (table, role) in most:
                count, function = most[table, role]
                yield (
                    f"  {role} {count} of {whole} ({function})" if table not in ("access_user",) else f"  {role} (all)"
                )


def _part(name: str) -> list[str]:
    lines = KEPT.read_text().splitlines()
    return lines[lines.index(f"## {name}") + 1 :][: _length(lines[lines.index(f"## {name}") + 1 :])]


def _length(lines: list[str]) -> int:
    return next((at for at, line in enumerate(lines) if line.startswith("## ")), len(lines))


def _agrees(name: str, now: list[str]) -> None:
    if os.environ.get("READABLE") == "write":
        parts = {one: _part(one) if KEPT.exists() else [] for one in ("tables", "pages")}
        parts[name] = now
        KEPT.write_text(HEAD + "".join(f"## {one}\n" + "".join(f"{line}\n" for line in parts[one]) for one in parts))
    assert _part(name) == now, "who reads what has changed: see the head of tests/readable.txt"


def test_each_role_reads_the_rows_that_are_listed(city: dict[str, District]) -> None:
    _agrees("tables", list(_by_table()))


@pytest.fixture
def served(db: None, monkeypatch: pytest.MonkeyPatch) -> Served:
    """A served city in which every page about a resident is about one whose values can be told from all others."""
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    found = a_served_city()
    with system_scope("registry"):
        before = {"pk": Person.objects.get(name="演示人").pk}
        content = "\n".join(",".join(row) for row in (SAID, SAID.values())).encode()
        imported = actions.receive(
            system=System.objects.get(code="police"), content=content, name="可辨.csv", held_on=today(),
            area=System.objects.get(code="police").area, complete=False, by=found.people["data_steward"],
        )  # fmt: skip
        actions.confirm(imported=imported, columns=imported.columns)
        actions.check(imported.pk)
        actions.begin_taking(imported=Import.objects.get(pk=imported.pk))
        actions.take(imported.pk)
        person = {"pk": Person.objects.get(name=SAID["姓名"]).pk}
    for address, given in found.things.items():
        if given == before:
            found.things[address] = person
        elif "/desk/data/imports/" in address:
            found.things[address] = {"pk": imported.pk}
    return found


def _asked(route: Route, served: Served, role: str) -> str:
    answer = served.client(role).get(served.address(route))
    if answer.status_code != 200:
        return ""
    return b"".join(answer).decode(errors="replace") if answer.streaming else answer.content.decode(errors="replace")  # type: ignore[arg-type]


def test_pages_show_each_role_the_values_that_are_listed(served: Served) -> None:
    """And none of them a whole number, telephone or state of health, which are told for a purpose alone."""
    found: list[str] = []
    for role in sorted(served.people.keys() & packs.roles().keys()):
        seen: dict[str, str] = {}
        for route in pages():
            if route.free or route.function not in packs.roles()[role].functions:
                continue
            text = _asked(route, served, role)
            for header, value in SAID.items():
                if value in text or SHOWN.get(header, value) in text:
                    seen.setdefault(header, route.address)
        shown = set(seen) - {"所属社区"}
        assert not shown & {"身份证号", "联系电话", "残疾等级", "慢性病"}, (role, seen)
        found.append(f"{role}: {' '.join(header for header in SAID if header in shown) or '-'}")
    _agrees("pages", found)


def test_interfaces_for_machines_serve_persons_under_a_contract_alone() -> None:
    asked = {
        (route.address, str(route.function)) for route in routes() if route.address.startswith(("/api/", "/open311/"))
    }
    of_persons = {one for one in asked if one[1].startswith(("person.", "data.", "public:public.mine"))}
    assert of_persons == {
        ("/api/v1/persons", "person.read"), ("/api/v1/records", "data.import"), ("/api/v1/records/<id>", "data.import"),
    }  # fmt: skip
