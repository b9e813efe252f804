"""Two months of the demo city's life, lived through the engine: every case is a real one, act by act."""

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.db import connection
from django.utils import timezone

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.demo.texts import CLAUSES, GENERIC, REASONS, RESULTS
from lifang.domains.grid.actions import Report, report_event
from lifang.ground.access.models import Unit, User
from lifang.ground.areas.models import Area

DAYS = 60
HOME_WEIGHT = 12
NEWS = dt.timedelta(days=2)
CHANNELS = ("web", "web", "web", "patrol", "patrol", "phone", "counter", "hotline", "device")
# A case's way: (act, hours until it at most, chance that it happens now rather than staying here).
STRAIGHT = (
    ("accept", 1.5, 0.985),
    ("file", 1, 0.985),
    ("dispatch", 2, 0.985),
    ("receive", 3, 0.98),
    ("contact", 3, 1),
    ("finish", 60, 0.96),
    ("verify", 12, 0.97),
    ("close", 4, 0.985),
    ("callback", 30, 0.9),
)
SIDE_ROADS = {
    "receive": ("return", 0.06),
    "finish": ("ask_extension", 0.07),
    "verify": ("rework", 0.06),
    "accept": ("refuse", 0.04),
}


@dataclass
class Cast:
    """Who acts in the demo, by the function that an act needs."""

    people: dict[str, User]

    def actor(self, function: str, unit: int | None) -> Actor:
        known = {"event.callback": "huifang", "event.arbitrate": "zhongcai", "event.supervise": "ducha"}
        user = self.people.get(known.get(function, "jiedao"))
        if function in ("event.handle", "event.part", "event.contact") or user is None:
            return Actor(None, "承办人员", unit)
        return Actor(user.pk, user.name, user.unit_id)


def live(city: int, home: int, count: int, seed: int = 7) -> int:
    """Play `count` cases over the last 60 days, half of them around the home street; returns how many acts."""
    rng = random.Random(seed)
    now = timezone.now()
    grids = _grids(city, home, rng)
    codes = [c for c in packs.categories(city, now.date()) if c.kind == "event"] or packs.categories(city, now.date())
    weights = [1 / (1 + rank) ** 0.6 for rank in range(len(codes))]
    cast = Cast({user.username: user for user in User.objects.all()})
    starts = sorted(now - dt.timedelta(days=DAYS * rng.random() ** 1.15, hours=rng.random()) for _ in range(count))
    acts = 0
    for begun in starts:
        grid = rng.choice(grids)
        category = rng.choices(codes, weights)[0]
        case = _report(grid, category, _daytime(begun, now, rng), cast, rng)
        acts += 1 + _play(case, now, cast, rng)
    _forget_old_news(now)
    return acts


def _forget_old_news(now: dt.datetime) -> None:
    """Only what happened in the last two days is still news to the demo's people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND (args->>'act_id')::int8 IN"
            " (SELECT id FROM cases_act WHERE at < %s)",
            [now - NEWS],
        )


def _daytime(at: dt.datetime, now: dt.datetime, rng: random.Random) -> dt.datetime:
    local = timezone.localtime(at).replace(hour=min(max(int(rng.gauss(13, 4)), 6), 22), minute=rng.randrange(60))
    return min(local, now - dt.timedelta(minutes=rng.randrange(5, 90)))


def _grids(city: int, home: int, rng: random.Random) -> Sequence[Area]:
    today = timezone.localdate()
    near = list(Area.objects.as_of(today).below(home - home % 10**6).grids("governance"))
    far = list(Area.objects.as_of(today).below(city).grids("governance").order_by("?")[: max(len(near), 40)])
    own = [grid for grid in near if grid.code == home]
    rng.shuffle(near)
    return near + far + own * HOME_WEIGHT


def _report(grid: Area, category: packs.Category, at: dt.datetime, cast: Cast, rng: random.Random) -> Case:
    point = shapely.from_wkb(bytes(grid.boundary or b"")).representative_point()
    channel = rng.choice(CHANNELS)
    number = rng.randrange(1, 30)
    text = rng.choice(GENERIC).format(n=number, title=category.title)
    user = cast.people["wangge"] if channel == "patrol" else None
    reported = report_event(
        report=Report(
            category=category.code,
            text=text,
            channel=channel,
            place_text=f"{grid.name} {number}栋附近",
            lon=point.x + rng.uniform(-1, 1) * 2e-4,
            lat=point.y + rng.uniform(-1, 1) * 2e-4,
            consent="phone" if channel in ("phone", "counter") else "",
            wants_answer=rng.random() < 0.4,
        ),
        actor=Actor(user.pk, user.name, user.unit_id) if user else Actor(),
        key=uuid.UUID(int=rng.getrandbits(128), version=4),
        at=at,
    )
    return reported.case


def _play(case: Case, now: dt.datetime, cast: Cast, rng: random.Random) -> int:
    at, acts = case.opened_at, 0
    way = list(STRAIGHT)
    while way:
        act, hours, chance = way.pop(0)
        at += dt.timedelta(hours=hours * rng.betavariate(1.3, 4) * (4 if rng.random() < 0.05 else 1) + 0.05)
        lately = now - at < dt.timedelta(days=4)
        if at > now or (lately and rng.random() > chance - 0.1):
            return acts
        side = SIDE_ROADS.get(act)
        if side and rng.random() < side[1]:
            act = side[0]
            way = _detour(act, way)
        if not _do(case, act, at, cast, rng):
            return acts
        acts += 1
        if act in ("refuse",):
            return acts
    return acts


def _detour(act: str, way: list[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    again = {
        "return": [("dispatch", 2.0, 1.0), ("receive", 3.0, 1.0)],
        "ask_extension": [("grant_extension", 4.0, 1.0), ("finish", 40.0, 1.0)],
        "rework": [("finish", 24.0, 1.0), ("verify", 8.0, 1.0)],
    }
    return [*again.get(act, []), *way]


def _do(case: Case, act: str, at: dt.datetime, cast: Cast, rng: random.Random) -> bool:
    case.refresh_from_db()
    row = type_of(case).transition(case.state, act, case.flags)
    if row is None:
        return False
    data = {name: _fill(name, case, rng) for name in row.needs}
    if act == "callback":
        solved = rng.random() < 0.9
        data |= {"solved": solved, "satisfied": solved and rng.random() < 0.93}
    apply(case_id=case.pk, act=act, version=case.version, actor=cast.actor(row.by, case.unit_id), data=data, at=at)
    return True


def _fill(name: str, case: Case, rng: random.Random) -> Any:
    handle = case.fields.get("limit") or {"amount": 1, "unit": "working_days"}
    return {
        "unit": case.fields.get("owner")
        or Unit.objects.filter(kind="urban_management").values_list("pk", flat=True)[0],
        "clause": rng.choice(CLAUSES),
        "reason": rng.choice(REASONS),
        "refusal": "consultation",
        "result": rng.choice(RESULTS),
        "reached": rng.random() < 0.95,
        "limit": {"amount": max(1, handle["amount"] // 2), "unit": handle["unit"]},
    }[name]
