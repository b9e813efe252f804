"""A community's counter, with residents of the register: an adult, a child, somebody dead, somebody of elsewhere."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Case
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import HEADS, ZHOU, ZHOU_ROW, Town, a_town
from lifang.domains.certificates import checking, service
from lifang.domains.certificates.checking import Found
from lifang.domains.certificates.models import Certificate, Printing, SealUse
from lifang.domains.certificates.service import Asked
from lifang.ground.access.models import User
from lifang.ground.access.scope import scope_of, system_scope
from tests.situations import EAST_COMMUNITY

CHILD, GONE, AWAY = "周小宝", "赵已故", "林小芳"
WITH_DEATH = (*HEADS, "死亡日期")
PEOPLE = (
    (*ZHOU_ROW, ""),
    (CHILD, made_up("99010120180105012"), "女", "2018-01-05", "", "永宁路12号3栋2单元501室", "东风1社区", ""),
    (GONE, made_up("99010119400101003"), "男", "1940-01-01", "", "永宁路12号3栋2单元301室", "东风1社区", "2026-03-02"),
    (AWAY, made_up("99010119880812024"), "女", "1988-08-12", "", "长春路8号1栋1单元302室", "东风2社区", ""),
)
RESIDENCE = "certify_residence"
AT_ONCE = {name: Found("register") for name in ("name", "number", "address")}


@dataclass
class Window:
    town: Town
    persons: dict[str, int] = field(default_factory=dict)

    @property
    def worker(self) -> User:
        return self.town.worker

    @property
    def actor(self) -> Actor:
        return Actor(self.worker.pk, self.worker.name, self.worker.unit_id)

    def client(self, user: User | None = None) -> Client:
        client = Client()
        client.force_login(user or self.worker)
        return client

    def asks(
        self, name: str = "周建国", key: uuid.UUID | None = None, at: dt.datetime | None = None, **said: Any
    ) -> Certificate:
        given = {
            "area": EAST_COMMUNITY, "channel": "counter", "purpose": "办水表过户", "kind": RESIDENCE,
            "person": self.persons[name], "name": name, **said,
        }  # fmt: skip
        with scope_of(self.worker, "certificate.check"):
            return service.ask(asked=Asked(**given), actor=self.actor, key=key, at=at)

    def checks(
        self, certificate: Certificate, found: dict[str, Found] | None = None, at: dt.datetime | None = None
    ) -> None:
        with scope_of(self.worker, "certificate.check"):
            certificate = Certificate.objects.select_related("case").get(pk=certificate.pk)
            checking.note_facts(certificate=certificate, found=found or AT_ONCE, by=self.worker, at=at)
        self.does(certificate, "check", function="certificate.check", at=at)

    def does(
        self, certificate: Certificate, act: str, *, function: str = "certificate.issue", at: dt.datetime | None = None,
        **data: Any,
    ) -> Certificate:  # fmt: skip
        with scope_of(self.worker, function):
            version = Case.objects.get(pk=certificate.pk).version
            apply(case_id=certificate.pk, act=act, version=version, actor=self.actor, data=data, at=at)
        return self.again(certificate)

    def issues(self, name: str = "周建国", copies: int = 1, at: dt.datetime | None = None, **said: Any) -> Certificate:
        asked = self.asks(name, at=at, **said)
        self.checks(asked, at=at)
        return self.does(asked, "issue", copies=copies, at=at)

    def again(self, certificate: Certificate) -> Certificate:
        with system_scope("test"):
            return Certificate.objects.select_related("case").get(pk=certificate.pk)

    def pdf(self, certificate: Certificate) -> bytes:
        answer = self.client().get(
            f"/desk/certificates/{certificate.number}/papers/{self.printings(certificate)[-1].pk}/"
        )
        assert answer.status_code == 200, answer.content.decode()
        return bytes(answer.content)

    def printings(self, certificate: Certificate) -> list[Printing]:
        with system_scope("test"):
            return list(Printing.objects.filter(certificate=certificate))

    def seals(self) -> list[tuple[int, int]]:
        """Serial and copy of each use of the seal."""
        with system_scope("test"):
            return list(SealUse.objects.order_by("serial").values_list("serial", "copy"))

    def register_says(self, rows: Sequence[Sequence[str]], **how: Any) -> None:
        self.town.took("police", rows, heads=WITH_DEATH, **how)


def a_window() -> Window:
    window = Window(a_town())
    window.register_says(PEOPLE)
    with system_scope("test"):
        window.persons = dict(Person.objects.standing().values_list("name", "pk"))
    assert len(window.persons) == len(PEOPLE)
    return window


__all__ = ["AWAY", "CHILD", "GONE", "RESIDENCE", "ZHOU", "Window", "a_window"]
