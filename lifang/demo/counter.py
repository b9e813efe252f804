"""A day at the demo's counter: a roster, a queue, and items in every state."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Case
from lifang.blocks.registry.dossier import gather
from lifang.blocks.registry.models import Person
from lifang.domains.counter import actions, items, roster, waiting
from lifang.domains.counter.actions import Form, Visitor
from lifang.domains.counter.knowing import said
from lifang.domains.counter.models import Application, Ticket
from lifang.ground.access.models import Unit, User
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import Scope, scope_of, within_scope
from lifang.ground.areas.codes import span

# Item, channel, answers, and the acts that followed: by the worker (F) or a colleague (G) at the front, by the back (B).
LIVED: tuple[tuple[str, str, Mapping[str, str], tuple[tuple[str, str, Mapping[str, Any]], ...]], ...] = (
    ("birth", "page", {"children": "1", "born": "false"}, ()),
    ("medical_insurance", "page", {"pays": "self"}, ()),
    ("residence", "counter", {"rents": "true", "landlord": "房东每晚在家", "since": "2026-03-01"}, (("F", "take", {}),)),
    ("elder_card", "counter", {}, (("F", "take", {}), ("F", "settle", {"result": "已发证"}))),
    ("birth", "counter", {"children": "2", "born": "true"}, (("G", "take", {}), ("G", "settle", {"result": "服务手册已给"}))),
    ("floating", "counter", {"left": "2026-05-01"}, (("F", "take", {}), ("G", "settle", {"result": "已登记离开"}))),
    ("alone_care", "house_call", {"often": "week"}, (("F", "take", {}), ("F", "settle", {"result": "每周二上门"}))),
    ("elder_card", "counter", {}, (("G", "take", {}), ("G", "settle", {"result": "已发证，女儿代取"}))),
    ("veteran", "counter", {"left": "1990"}, (("F", "ask_papers", {"papers": "退役证件\n一寸照片一张"}),)),
    ("temporary_relief", "phone", {"what": "摔伤住院", "urgent": "false"}, (("F", "take", {}), ("F", "pass_on", {}))),
    ("disability_card", "counter", {"able": "true"}, (("F", "take", {}), ("G", "take_over", {"moved": "line"}), ("G", "pass_on", {}))),
    ("low_income_first", "counter", {"members": "2", "income": "600", "ill": "false", "reason": "没有工作"},
     (("F", "take", {}), ("F", "pass_on", {}), ("B", "send_back", {"reason": "授权核查书缺儿子的签名"}))),
    ("employment", "counter", {"state": "jobless"},
     (("F", "take", {}), ("F", "came_again", {"again": "papers"}), ("F", "pass_on", {}), ("B", "complete", {"result": "已登记"}))),
    ("elder_allowance", "counter", {"card": "social"},
     (("F", "take", {}), ("F", "pass_on", {}), ("B", "complete", {"result": "下月起发放"}), ("F", "tell", {"told": "phone"}))),
    ("temporary_relief", "counter", {"what": "手机丢了", "urgent": "false"},
     (("G", "take", {}), ("G", "pass_on", {}), ("B", "deny", {"reason": "不属于突发、紧迫的基本生活困难", "basis": "社区窗口服务事项（示范）"}))),
    ("elder_allowance", "counter", {"card": "social"},
     (("F", "take", {}), ("F", "pass_on", {}), ("B", "deny", {"reason": "还没有满八十周岁", "basis": "社区窗口服务事项（示范）"}),
      ("F", "tell", {"told": "visit"}))),
    ("residence", "counter", {"rents": "false"}, (("G", "take", {}), ("G", "withdraw", {"reason": "已在派出所办好"}))),
)  # fmt: skip
# How long before now each number of the day was given; called after how many minutes, and served how long.
WAITED = ((95, 4, 11), (90, 9, 8), (82, 6, None), (71, 3, 14), (40, 12, 9), (14, 2, None), (9, 5, None), (7, None, None),
          (5, None, None), (2, None, None))  # fmt: skip
STILL = (5, 6)


def make_counter(community: int) -> int:
    """Returns how many matters came to the counter."""
    if Application.objects.exists():
        return 0
    worker, colleague = (User.objects.get(username=name) for name in ("shequ", "chuangkou"))
    below = span(community)
    people = list(
        Person.objects.standing()
        .filter(area__gte=below.start, area__lt=below.stop, died_on=None)
        .order_by("birth")[:30]
    )
    known = [said(gather(one, None)) for one in people]
    with scope_of(worker, "counter.serve"):
        _roster(community, worker, colleague)
        for at, (item, channel, answers, acts) in enumerate(LIVED):
            who = at % len(people) if people and channel != "page" else None
            service = items.find(item, community, today())
            assert service
            case = actions.begin(
                name=item, area=community, channel=channel, way="home" if channel == "page" else "desk",
                visitor=Visitor("演示居民") if who is None else Visitor(people[who].name, "", people[who].pk),
                form=Form(answers) if who is None else Form(answers, actions.known_of(service, known[who])),
                actor=Actor() if channel == "page" else _actor(colleague if acts[0][0] == "G" else worker), key=uuid.uuid4(),
                at=timezone.now() - dt.timedelta(hours=len(LIVED) - at),
            ).case  # fmt: skip
            for by, act, data in acts:
                _act(case, colleague if by == "G" else worker, by, act, data)
        _queue(community, worker, colleague)
        _appointments(community, worker)
    return len(LIVED)


def _queue(community: int, *workers: User) -> None:
    """A morning's numbers: served, gone before their turn, called to the two windows, and waiting."""
    now = timezone.now()
    for at, (before, wait, took) in enumerate(WAITED):
        ticket = waiting.give(area=community)
        ticket.at = now - dt.timedelta(minutes=before)
        if wait is not None:
            who = at % len(workers)
            ticket.called_at, ticket.calls = ticket.at + dt.timedelta(minutes=wait), 1
            ticket.window, ticket.called_by = who + 1, workers[who]
            ticket.state = Ticket.State.CALLED if at in STILL else Ticket.State.DONE if took else Ticket.State.LEFT
            ticket.ended_at = None if at in STILL else ticket.called_at + dt.timedelta(minutes=took or 1)
        ticket.save()


def _appointments(community: int, worker: User) -> None:
    tomorrow = midnight(today()) + roster.DAY
    booked = (
        ("counter", 9, "medical_insurance", ""), ("counter", 9.5, "residence", ""), ("counter", 14, "", ""),
        ("house_call", 10, "elder_card", "永宁路12号3栋"), ("house_call", 15.5, "alone_care", "永宁路18号2栋"),
    )  # fmt: skip
    for at, (way, hour, service, address) in enumerate(booked):
        made = roster.book(
            area=community, at=tomorrow + dt.timedelta(hours=hour), way=way, service=service, name="演示居民",
            phone=f"1380000000{at}", address=address, key=uuid.uuid4(), by=worker,
        )  # fmt: skip
    roster.end(appointment=made, state="cancelled", by=worker)


def _roster(community: int, *workers: User) -> None:
    lines = ("civil_affairs", "human_resources")
    for ahead in range(5):
        for since, until in ((9, 12), (14, 17)):
            for window, (worker, line) in enumerate(zip(workers, lines, strict=True), 1):
                roster.put(
                    area=community, day=today() + dt.timedelta(days=ahead), since=dt.time(since), until=dt.time(until),
                    window=window, worker=worker, line=line, by=worker,
                )  # fmt: skip


def _actor(user: User) -> Actor:
    return Actor(user.pk, user.name, user.unit_id)


def _act(case: Case, worker: User, who: str, act: str, data: Mapping[str, Any]) -> None:
    if who != "B":
        apply(case_id=case.pk, act=act, version=None, actor=_actor(worker), data=data)
        return
    unit = Unit.objects.get(pk=Case.objects.values_list("unit", flat=True).get(pk=case.pk))
    with within_scope(Scope("counter.back", units=(unit.pk,))):
        apply(case_id=case.pk, act=act, version=None, actor=Actor(None, unit.name, unit.pk), data=data)
