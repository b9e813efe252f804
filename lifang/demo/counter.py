"""A day at the demo's counter: a roster, a queue, and items in every state."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Case
from lifang.blocks.registry.models import Person
from lifang.domains.counter import actions, roster, waiting
from lifang.domains.counter.actions import Form, Visitor
from lifang.domains.counter.models import Application
from lifang.ground.access.models import Unit, User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Scope, scope_of, within_scope
from lifang.ground.areas.codes import span

# Item, channel, answers, and the acts that followed: by the front (F) or the back (B).
LIVED: tuple[tuple[str, str, Mapping[str, str], tuple[tuple[str, str, Mapping[str, Any]], ...]], ...] = (
    ("birth", "page", {"children": "1", "born": "false"}, ()),
    ("medical_insurance", "page", {"pays": "self"}, ()),
    ("residence", "counter", {"rents": "true", "landlord": "房东每晚在家", "since": "2026-03-01"}, (("F", "take", {}),)),
    ("elder_card", "counter", {}, (("F", "take", {}), ("F", "settle", {"result": "已发证"}))),
    ("birth", "counter", {"children": "2", "born": "true"}, (("F", "take", {}), ("F", "settle", {"result": "服务手册已给"}))),
    ("floating", "counter", {"left": "2026-05-01"}, (("F", "take", {}), ("F", "settle", {"result": "已登记离开"}))),
    ("alone_care", "house_call", {"often": "week"}, (("F", "take", {}), ("F", "settle", {"result": "每周二上门"}))),
    ("veteran", "counter", {"left": "1990"}, (("F", "ask_papers", {"papers": "退役证件\n一寸照片一张"}),)),
    ("temporary_relief", "phone", {"what": "摔伤住院", "urgent": "false"}, (("F", "take", {}), ("F", "pass_on", {}))),
    ("disability_card", "counter", {"able": "true"}, (("F", "take", {}), ("F", "take_over", {"moved": "line"}), ("F", "pass_on", {}))),
    ("low_income_first", "counter", {"members": "2", "income": "600", "ill": "false", "reason": "没有工作"},
     (("F", "take", {}), ("F", "pass_on", {}), ("B", "send_back", {"reason": "授权核查书缺儿子的签名"}))),
    ("employment", "counter", {"state": "jobless"},
     (("F", "take", {}), ("F", "came_again", {"again": "papers"}), ("F", "pass_on", {}), ("B", "complete", {"result": "已登记"}))),
    ("elder_allowance", "counter", {"card": "social"},
     (("F", "take", {}), ("F", "pass_on", {}), ("B", "complete", {"result": "下月起发放"}), ("F", "tell", {"told": "phone"}))),
)  # fmt: skip


def make_counter(community: int) -> int:
    """Returns how many matters came to the counter."""
    if Application.objects.exists():
        return 0
    worker = User.objects.get(username="shequ")
    below = span(community)
    people = list(
        Person.objects.standing()
        .filter(area__gte=below.start, area__lt=below.stop, died_on=None)
        .order_by("birth")[:30]
    )
    with scope_of(worker, "counter.serve"):
        _roster(community, worker)
        for at, (item, channel, answers, acts) in enumerate(LIVED):
            person = people[at % len(people)] if people and channel != "page" else None
            case = actions.begin(
                name=item, area=community, channel=channel, way="home" if channel == "page" else "desk",
                visitor=Visitor(person.name if person else "演示居民", "", person.pk if person else None),
                form=Form(answers), actor=_actor(worker) if channel != "page" else Actor(), key=uuid.uuid4(),
                at=timezone.now() - dt.timedelta(hours=len(LIVED) - at),
            ).case  # fmt: skip
            for who, act, data in acts:
                _act(case, worker, who, act, data)
        for _number in range(7):
            waiting.give(area=community)
        for _called in range(3):
            waiting.next_one(area=community, by=worker)
        roster.book(
            area=community, at=timezone.now() + dt.timedelta(days=1), way="house_call", service="elder_card",
            name="演示居民", phone="13800000001", address="永宁路12号3栋", key=uuid.uuid4(), by=worker,
        )  # fmt: skip
    return len(LIVED)


def _roster(community: int, worker: User) -> None:
    for ahead in range(5):
        for since, until in ((9, 12), (14, 17)):
            roster.put(
                area=community, day=today() + dt.timedelta(days=ahead), since=dt.time(since), until=dt.time(until),
                window=1, worker=worker, line="civil_affairs", by=worker,
            )  # fmt: skip


def _actor(user: User) -> Actor:
    return Actor(user.pk, user.name, user.unit_id)


def _act(case: Case, worker: User, who: str, act: str, data: Mapping[str, Any]) -> None:
    if who == "F":
        apply(case_id=case.pk, act=act, version=None, actor=_actor(worker), data=data)
        return
    unit = Unit.objects.get(pk=Case.objects.values_list("unit", flat=True).get(pk=case.pk))
    with within_scope(Scope("counter.back", units=(unit.pk,))):
        apply(case_id=case.pk, act=act, version=None, actor=Actor(None, unit.name, unit.pk), data=data)
