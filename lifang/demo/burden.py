"""A year of what the home street's communities were asked: sendings, meetings, plates, tools, a campaign and a round."""

import datetime as dt
import random
import uuid
from typing import Any

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.queries import Matter
from lifang.blocks.packs import service as packs
from lifang.blocks.registers import actions as registers
from lifang.domains.gate.models import Reach, Reply, Sending
from lifang.domains.meter import cleaning, rounds
from lifang.domains.meter.models import Occasion
from lifang.ground.access.models import Unit, User
from lifang.ground.access.ranges import midnight, today
from lifang.ground.areas.codes import COMMUNITY, parent_of
from lifang.ground.areas.models import Area

SEED = 20
ASKED = (
    ("form", "civil_affairs", "困难群众情况月报", 45), ("form", "health", "慢病随访月报", 60),
    ("form", "human_resources", "就业援助台账", 50), ("data", "police", "出租房屋底数核对", 40),
    ("task", "urban_management", "占道经营排查", 90), ("task", "fire", "楼道消防排查", 120),
    ("task", "health", "健康宣传入户", 120), ("task", "civil_affairs", "养老服务摸底", 90),
    ("certificate", "human_resources", "就业状况证明", 25),
)  # fmt: skip
CALLED = (
    ("meeting", "civil_affairs", "民政工作例会", ("月度布置",)), ("meeting", "health", "健康社区推进会", ("慢病随访",)),
    ("meeting", "fire", "消防工作部署会", ("楼道消防",)), ("inspection", "fire", "消防检查", ("楼道堆物", "灭火器")),
    ("inspection", "urban_management", "市容检查", ("占道经营",)), ("appraisal", "civil_affairs", "社区工作考评", ("台账",)),
)  # fmt: skip
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
    if Sending.objects.filter(title=ASKED[0][2]).exists():
        return 0
    rng, now = random.Random(SEED), today()
    communities = list(Area.objects.as_of(now).below(street).at_level(COMMUNITY).order_by("code"))
    codes = [one.code for one in communities]
    units = {one.kind: one for one in Unit.objects.filter(area=parent_of(street), active=True)}
    listed = {one.owner: one for one in matters.at(street, now).values() if one.class_ == "assist"}
    made = 0
    for back in range(22, -1, -1):
        first = _month(now, back)
        for kind, owner, title, minutes in ASKED:
            if owner in units and rng.random() < 0.55 + back / 40:
                _asked(
                    street,
                    codes,
                    units[owner],
                    kind,
                    title,
                    minutes,
                    _day(rng, first, now),
                    matter=listed.get(owner),
                )
                made += 1
        for owner, title in KEPT:
            if owner in units and rng.random() < 0.75 - back / 30:
                _asked(street, codes, units[owner], "form", title, 60, _day(rng, first, now), kept=True)
                made += 1
        for kind, owner, title, items in CALLED:
            often = 2 if kind == "meeting" and back > 8 else 1
            if owner in units and (kind != "appraisal" or first.month in (6, 12)):
                for _n in range(often):
                    _called(street, codes, units[owner], kind, title, items, _day(rng, first, now))
                    made += 1
        for one in communities[:: 2 if back > 6 else 1]:
            _learned(one, _day(rng, first, now))
    _coming(street, codes, units, now)
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
    street: int,
    codes: list[int],
    unit: Unit,
    kind: str,
    title: str,
    minutes: int,
    on: dt.date,
    *,
    kept: bool = False,
    matter: Matter | None = None,
    state: str = "",
    data: dict[str, Any] | None = None,
) -> Sending:
    at, key = midnight(on) + dt.timedelta(hours=9), uuid.uuid4()
    made = Sending.objects.create(
        number=f"YS{on:%y%m%d}-{key.hex[:8]}", area=street, level=COMMUNITY, kind=kind, matter=matter.name if matter else "", unit=unit, title=title,
        at=at, minutes=minutes, places=len(codes), state=state or ("returned" if kept else "sent"),
        data=data or {}, rule="unlisted" if kept else "listed", channel="desk", key=key, letter_at=at if kept else None,
        judged={"asked": title, "title": matter.title if matter else "", "owner": "", "version": 1},
        why=f"「{title}」不在社区工作事项清单里，也没有准入。" if kept else f"「{title}」在清单的协助事项之内。",
    )  # fmt: skip
    Reach.objects.bulk_create(
        [Reach(sending=made, area=code, unit=unit, at=at, minutes=minutes, kept=kept) for code in codes]
    )
    if not kept and not state and str((data or {}).get("since", "")) <= today().isoformat():
        said = "took_part" if kind in ("meeting", "inspection") else "answered"
        reaches = list(Reach.objects.filter(sending=made).order_by("area"))[:-2]
        Reply.objects.bulk_create(Reply(reach=one, area=one.area, act=said, at=at) for one in reaches)
    return made


def _called(
    street: int, codes: list[int], unit: Unit, kind: str, title: str, items: tuple[str, ...], on: dt.date, **more: str
) -> Occasion:  # fmt: skip
    minutes, persons = (90, 1) if kind == "meeting" else (120, 2)
    data = {"since": on.isoformat(), "venue": "街道会议室", "items": list(items)}
    sending = _asked(street, codes, unit, "meeting" if kind == "meeting" else "inspection", title, minutes * persons,
                     min(on, today()), state="ended" if more.get("state") == "merged" else "", data=data)  # fmt: skip
    given = {"state": "held" if on <= today() else "planned", **more}
    return Occasion.objects.create(
        kind=kind, sending=sending, area=street, unit=unit, title=title, since=on, until=on, venue="街道会议室",
        items=list(items), persons=persons, minutes=minutes, **given,
    )  # fmt: skip


def _learned(one: Area, on: dt.date) -> None:
    unit = Unit.objects.filter(area=one.code, kind="community_committee").first()
    if unit:
        Occasion.objects.create(
            kind="learning", area=one.code, unit=unit, title="业务学习和案例交流", since=on, until=on, persons=5,
            minutes=60, state="held",
        )  # fmt: skip


def _coming(street: int, codes: list[int], units: dict[str, Unit], now: dt.date) -> None:
    """Two inspections of the next week that look at the same, and one of this month that went into another."""
    monday = now + dt.timedelta(days=7 - now.weekday())
    _called(street, codes, units["fire"], "inspection", "冬季消防检查", ("楼道堆物", "灭火器"), monday)
    _called(
        street,
        codes,
        units["housing"],
        "inspection",
        "物业管理检查",
        ("楼道堆物", "公示栏"),
        monday + dt.timedelta(days=2),
    )
    stays = _called(street, codes, units["health"], "inspection", "卫生和健康检查", ("环境卫生", "宣传栏"), now)
    gone = _called(street, codes, units["urban_management"], "inspection", "环境卫生检查", ("环境卫生",), now)
    Occasion.objects.filter(pk=gone.pk).update(state="merged", into=stays)
    Sending.objects.filter(occasion=gone).update(
        state="ended", ended_at=midnight(now), end_reason="并入「卫生和健康检查」"
    )


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
