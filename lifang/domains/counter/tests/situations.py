"""A community with residents on record and a counter at which two workers sit."""

import re
from dataclasses import dataclass
from typing import Any

from django.test import Client

from lifang.blocks.cases.models import Act, Case, Voice
from lifang.blocks.registry.models import Person
from lifang.domains.care.tests.situations import Ward, a_ward, born, browser, row
from lifang.domains.counter.models import Application
from lifang.ground.access.models import User
from lifang.ground.access.scope import system_scope
from tests.situations import EAST, EAST_COMMUNITY, a_person, unit_of

__all__ = ["EAST_COMMUNITY", "Hall", "a_hall", "born", "browser", "row"]
DESK = "/desk/counter/"


@dataclass
class Hall:
    """`worker` ordinarily does civil affairs, `other` something else; `back` is the county's bureau of civil affairs."""

    ward: Ward
    worker: User
    other: User
    back: User

    @property
    def desk(self) -> Client:
        return browser(self.worker)

    def starts(self, item: str, *, by: User | None = None, go: str = "take", person: str = "", **typed: Any) -> Case:
        """An item is started at the desk. Answers are typed as `q_…`, papers seen as `p_…`."""
        pk = str(self.ward.person(person).pk) if person else ""
        client, address = browser(by or self.worker), f"{DESK}new/{item}/?area={EAST_COMMUNITY}&person={pk}"
        page = client.get(address).content.decode()
        found = re.search(r'name="key" value="([^"]+)"', page)
        assert found, page[:500]
        sent = {
            "area": EAST_COMMUNITY, "person": pk, "key": found[1], "channel": "counter", "consent": "present",
            "name": person or "演示人", "go": go, **typed,
        }  # fmt: skip
        answer = client.post(address, sent)
        assert answer.status_code == 302, answer.content.decode()[:8000]
        return self.case(answer["Location"].rstrip("/").rsplit("/", 1)[1])

    def does(self, case: Case, act: str, *, by: User | None = None, **data: Any) -> Any:
        client = browser(by or self.worker)
        now = self.case(case.number)
        sent = {"act": act, "version": now.version, "key": "", **data}
        return client.post(f"/desk/events/{case.number}/", sent)

    def case(self, number: str) -> Case:
        with system_scope("test"):
            return Case.objects.select_related("unit").get(number=number)

    def cases(self) -> list[Case]:
        with system_scope("test"):
            return list(Case.objects.filter(type="service").order_by("pk"))

    def acts(self, case: Case) -> list[str]:
        with system_scope("test"):
            return [act.act for act in Act.objects.filter(case=case).order_by("seq")]

    def receipt(self, case: Case) -> tuple[str, str]:
        """The link's token and the code."""
        with system_scope("test"):
            return Voice.objects.get(case=case).token, Application.objects.get(case=case).code

    def person(self, name: str) -> Person:
        return self.ward.person(name)


def a_hall() -> Hall:
    ward = a_ward()
    unit = unit_of("community_committee", EAST_COMMUNITY)
    bureau = unit_of("civil_affairs", EAST)
    return Hall(
        ward,
        ward.committee,
        a_person("community_worker", EAST_COMMUNITY, unit, name="社区乙"),
        a_person("dept_officer", EAST, bureau, name="民政甲"),
    )
