"""A year of what the home street's communities were asked: sendings, meetings, plates, tools, a campaign and a round."""

import datetime as dt
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.matters import queries as matters
from lifang.blocks.packs import service as packs
from lifang.blocks.registers import actions as registers
from lifang.domains.gate import sending as gate
from lifang.domains.gate.models import Reach, Reply, Sending
from lifang.domains.meter import calendar, cleaning, rounds
from lifang.domains.meter.models import Occasion
from lifang.ground.access.models import Unit, User
from lifang.ground.access.ranges import midnight, today
from lifang.ground.areas.codes import COMMUNITY, parent_of
from lifang.ground.areas.models import Area

SEED = 20
ASKED = (
    ("data", "civil_affairs", "困难群众情况核对"), ("data", "police", "出租房屋底数核对"), ("data", "statistics", "人口抽样底册核对"),
    ("task", "fire", "楼道消防排查"), ("task", "health", "健康宣传入户"), ("task", "human_resources", "就业援助走访"),
    ("task", "civil_affairs", "养老服务摸底"), ("task", "sanitation", "卫生死角清理"),
)  # fmt: skip
DATA = {"elements": ["name", "phone", "address"]}
CALLED = (
    ("meeting", "civil_affairs", "民政工作例会", ("月度布置",)), ("meeting", "human_resources", "参保动员推进会", ("参保动员",)),
    ("meeting", "sanitation", "爱国卫生动员会", ("卫生日",)), ("inspection", "fire", "消防检查", ("楼道堆物", "灭火器")),
    ("inspection", "sanitation", "环境卫生检查", ("环境卫生",)),
)  # fmt: skip
OFTEN = {"meeting": 1.0, "inspection": 0.15}
TASKS_SINCE = 3
"""Months for which tasks are tasks, with a case at each community; before that the same data were asked for again and again."""
KEPT = (("health", "居民微信步数统计"), ("housing", "物业满意度台账"), ("market", "小餐饮拍照上报"), ("police", "开具无犯罪证明"))  # fmt: skip
TOOLS: tuple[tuple[str, str, str, list[str]], ...] = (
    ("健康打卡小程序", "mini_program", "卫生健康局", ["clock_in", "photos"]), ("网格巡查应用", "app", "综治部门", ["track", "online"]),
    ("学习积分平台", "app", "宣传部门", ["points"]), ("民政联络群", "group", "民政局", []),
    ("消防工作群", "group", "消防救援站", ["replies"]), ("社区公众号", "account", "街道", []),
)  # fmt: skip
OUTSIDE = {"party": "{name}党委", "committee": "{name}居民委员会", "supervision": "{name}居务监督委员会"}
EXTRA = ("妇女之家", "科普工作站", "禁毒工作站", "人民调解室")


def make_burden(street: int) -> int:
    """Returns how many requests; nothing where it was done before."""
    if Occasion.objects.filter(kind=Occasion.Kind.LEARNING).exists():
        return 0
    rng, now = random.Random(SEED), today()
    communities = list(Area.objects.as_of(now).below(street).at_level(COMMUNITY).order_by("code"))
    units = {one.kind: one for one in Unit.objects.filter(area=parent_of(street), active=True)}
    listed = [one for one in matters.at(street, now).values() if one.class_ == "assist"]

    def matter_of(owner: str, kind: str) -> str:
        return next((one.name for one in listed if one.owner == owner and kind in one.sends), "")

    made = 0
    for back in range(22, -1, -1):
        first = _month(now, back)
        for kind, owner, title in ASKED:
            early = back > TASKS_SINCE
            if owner not in units or (early and kind == "task") or not (matter := matter_of(owner, kind)):
                continue
            for _n in range(3 if early else 1):
                if rng.random() < 0.55 + back / 40:
                    data = DATA if kind == "data" else None
                    sent = _asked(street, units[owner], kind, title, _day(rng, first, now), matter, data)
                    if kind == "task" and sent.due and sent.due < timezone.now():
                        gate.end(sending=sent, actor=Actor(name="系统"), state=Sending.State.ENDED, reason="到期结束")
                    made += 1
        for owner, title in KEPT:
            if owner in units and rng.random() < 0.75 - back / 30:
                _asked(street, units[owner], "form", title, _day(rng, first, now))
                made += 1
        for kind, owner, title, items in CALLED:
            often = 2 if kind == "meeting" and back > 8 else 1
            if owner in units and (matter := matter_of(owner, kind)) and rng.random() < OFTEN[kind]:
                for _n in range(often):
                    _called(street, units[owner], kind, title, items, _day(rng, first, now), matter, held=True)
                    made += 1
        for one in communities[:: 2 if back > 6 else 1]:
            _learned(one, _day(rng, first, now))
    _coming(street, units, matter_of, now)
    _hung(communities, now)
    _judged(street, now)
    return made


def _month(now: dt.date, back: int) -> dt.date:
    at = now.year * 12 + now.month - 1 - back
    return dt.date(at // 12, at % 12 + 1, 1)


def _day(rng: random.Random, first: dt.date, now: dt.date) -> dt.date:
    day = first + dt.timedelta(days=rng.randrange(28))
    return min(day, now)


def _asked(
    street: int, unit: Unit, kind: str, title: str, on: dt.date, matter: str = "", data: Mapping[str, Any] | None = None
) -> Sending:  # fmt: skip
    """Through the gate, as on that day; what was returned then has its letter."""
    officer = User.objects.filter(unit=unit).order_by("pk").first()
    at = min(midnight(on) + dt.timedelta(hours=9), timezone.now())
    sent = gate.send(
        actor=Actor(officer.pk if officer else None, officer.name if officer else "", unit.pk), kind=kind, title=title,
        below=street, matter=matter, data=data, key=uuid.uuid4(), at=at,
    )  # fmt: skip
    if sent.state == Sending.State.RETURNED:
        Sending.objects.filter(pk=sent.pk).update(letter_at=at)
    elif str((data or {}).get("since", "")) <= today().isoformat():
        said = "took_part" if kind in ("meeting", "inspection") else "answered"
        reaches = list(Reach.objects.filter(sending=sent).order_by("area"))[:-2]
        Reply.objects.bulk_create(Reply(reach=one, area=one.area, act=said, at=at) for one in reaches)
    return sent


def _called(
    street: int, unit: Unit, kind: str, title: str, items: Sequence[str], on: dt.date, matter: str, held: bool = False
) -> Occasion:  # fmt: skip
    minutes, persons = (90, 1) if kind == "meeting" else (120, 2)
    data: dict[str, Any] = {
        "since": on.isoformat(), "venue": "街道会议室", "items": list(items), "persons": persons, "minutes": minutes,
    }  # fmt: skip
    if kind == "inspection":
        data["approval"] = {
            "number": f"演示办〔{on.year}〕{on:%m%d} 号", "body": "区督查室（演示）", "title": f"同意{title}", "date": f"{on.year}-01-01",
        }  # fmt: skip
    made = _asked(street, unit, kind, title, min(on, today()), matter, data).occasion
    if held and on < today():
        calendar.hold(one=made, minutes=minutes, persons=persons)
    return made


def _learned(one: Area, on: dt.date) -> None:
    unit = Unit.objects.filter(area=one.code, kind="community_committee").first()
    if unit:
        Occasion.objects.create(
            kind="learning", area=one.code, unit=unit, title="业务学习和案例交流", since=on, until=on, persons=5,
            minutes=60, state="held",
        )  # fmt: skip


def _coming(street: int, units: Mapping[str, Unit], matter_of: Callable[[str, str], str], now: dt.date) -> None:
    """Two inspections of the next week that look at the same, and one of this month that went into another."""
    monday = now + dt.timedelta(days=7 - now.weekday())

    def inspected(owner: str, title: str, items: Sequence[str], on: dt.date) -> Occasion:
        return _called(street, units[owner], "inspection", title, items, on, matter_of(owner, "inspection"))

    inspected("fire", "冬季消防检查", ("楼道堆物", "灭火器"), monday)
    inspected("sanitation", "楼道卫生检查", ("楼道堆物", "公示栏"), monday + dt.timedelta(days=2))
    stays = inspected("civil_affairs", "救助工作检查", ("台账", "宣传栏"), now)
    gone = inspected("sanitation", "宣传栏检查", ("宣传栏",), now)
    calendar.merge(one=gone, into=stays, actor=Actor(name="督查"), reason="同一天看同样的")


def _hung(communities: list[Area], now: dt.date) -> None:
    since = now - dt.timedelta(days=400)
    for at, one in enumerate(communities):
        kinds = packs.register_kinds(one.code)
        plates = [(words.format(name=one.name), "outside", sort, "正门") for sort, words in OUTSIDE.items()][
            at % 7 == 3 :
        ]
        plates.append(("党群服务中心", "inside", "party_centre", "服务大厅"))
        plates += [(title, "inside", "other", f"{n + 1}号室") for n, title in enumerate(EXTRA[: at % 5])]
        if at % 4 == 1:
            plates += [("某某领导小组办公室", "outside", "other", "正门"), ("指挥分中心", "outside", "other", "正门")]
        for name, side, sort, office in plates:
            facts = {"side": side, "sort": sort, "office": office, "how": "found"}
            registers.enter(
                kind="plate", shape=kinds["plate"], area=one.code, name=name, since=since, facts=facts, by=None
            )
    first = communities[0].code
    kinds = packs.register_kinds(first)
    for name, sort, department, required in TOOLS:
        uses = {"sort": sort, "department": department, "required": required}
        registers.enter(
            kind="work_tool", shape=kinds["work_tool"], area=first, name=name, since=since, facts=uses, by=None
        )
    for name, placed, basis in (("人民调解委员会", "司法局", "人民调解法第八条"), ("专项行动办公室", "某专班", "")):
        facts = {"placed_by": placed, "basis": basis, "judged": "keep"}
        registers.enter(
            kind="work_body", shape=kinds["work_body"], area=first, name=name, since=since, facts=facts, by=None
        )


def _judged(street: int, now: dt.date) -> None:
    """A campaign that has begun, an appraisal that waits for its approval, and a round with a finding."""
    watch, officer = User.objects.get(username="ducha"), User.objects.get(username="minzheng")
    actor = Actor(watch.pk, watch.name, watch.unit_id)
    opened = cleaning.clean_up(actor=actor, area=street)
    for case in opened[:2]:
        apply(case_id=case.pk, act="mark", version=None, actor=Actor(name="社区"))
    cleaning.ask(
        actor=Actor(officer.pk, officer.name, officer.unit_id), what="appraisal", area=street, words="年度社区工作考评",
        basis="区里的年度考评方案（演示）", key=uuid.uuid4(),
    )  # fmt: skip
    drawn = rounds.plan(actor=actor, area=street, key=uuid.uuid4())
    apply(
        case_id=drawn.pk, act="find", version=None, actor=actor,
        data={"area": str(drawn.fields["sample"][0]["area"]), "text": "正门还挂着没有依据的牌子",
              "until": str(now + dt.timedelta(days=14))},
    )  # fmt: skip
