"""What bodies of the demo city asked of communities: applications in every state, sendings that passed and that came back."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.utils import timezone

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.lifecycle import transition, type_of
from lifang.blocks.cases.models import Case
from lifang.blocks.matters import queries as matters
from lifang.domains.gate import money
from lifang.domains.gate.applying import ADMISSION, Application, apply_for
from lifang.domains.gate.around import report
from lifang.domains.gate.models import Opinion, Reach, Sending, Stance
from lifang.domains.gate.money_sums import sums
from lifang.domains.gate.promising import promise_again
from lifang.domains.gate.replying import reply
from lifang.domains.gate.sending import send
from lifang.ground.access.models import Unit, User
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.codes import parent_of, span

Step = tuple[str, str, dict[str, Any]]
HEARD: tuple[Step, ...] = (("zhunru", "hear", {}), ("zhunru", "gather", {}))
YES: dict[str, Any] = {"opinion": "agree"}
MONEY, PEOPLE, LAW = ("caizheng", "opine", YES), ("renshe", "opine", YES), ("sifa", "opine", YES)
ADMITTED: tuple[Step, ...] = (*HEARD, MONEY, PEOPLE, LAW, ("zhunru", "admit", {}))
# Who applies, what for, days ago, what happened since.
APPLICATIONS: tuple[tuple[str, str, int, tuple[Step, ...]], ...] = (
    ("weijian", "慢病居民随访月报", 150, ADMITTED),
    ("weijian", "家庭医生签约满意度调查", 1, ()),
    ("chengguan", "沿街商户油烟扰民摸底", 3, (("zhunru", "return", {"reason": "没有写依据的条款，也没有经费。"}),)),
    ("huanwei", "垃圾分类桶边督导", 4, HEARD[:1]),
    ("huanwei", "餐厨垃圾收运登记", 3, (*HEARD, MONEY)),
    ("huanwei", "楼道堆物集中清理周", 9, (*HEARD, MONEY, ("sifa", "opine", {"opinion": "conditions", "reason": "只劝导；清走东西要物主在场。"}))),
    ("chengguan", "文明养犬登记入户", 140, (
        *HEARD, MONEY, ("renshe", "opine", {"opinion": "against", "reason": "每户登记要的人手比申请写的多一倍。"}), LAW,
        ("zhunru", "admit_with", {"conditions": "只登记，不劝离、不罚款；每户一次。", "why": "改为每户一次以后，人手够用。"}),
    )),
    ("chengguan", "共享单车摆放巡查日报", 60, (
        *HEARD, MONEY, PEOPLE, ("sifa", "opine", {"opinion": "against", "reason": "属于部门日常管理，没有交给社区的依据。"}),
        ("zhunru", "refuse", {"reason": "属于日常管理职责，多数社区反映没有人手和权限。"}),
    )),
    ("weijian", "控烟劝导台账", 145, (*ADMITTED, ("zhunru", "suspend", {"reason": "经费没有按时到账。"}))),
    ("huanwei", "积水点登记", 148, (*ADMITTED, ("zhunru", "end", {"reason": "已由排水部门的设备自动监测。"}))),
)  # fmt: skip
PAID = "慢病居民随访月报"
# Who sends what, on what matter, in which form, days ago; «street» goes to the street's communities alone.
SENDINGS: tuple[tuple[str, str, str, str, int, bool], ...] = (
    ("minzheng", "assist_elder_visit", "task", "入冬前高龄独居老人走访", 20, True),
    ("minzheng", "assist_allowance", "task", "低保对象季度入户核对", 45, True),
    ("minzheng", "assist_elder_visit", "meeting", "巡访工作例会", 12, True),
    ("weijian", "慢病居民随访月报", "task", "十月慢病随访", 25, True),
    ("weijian", "健康档案月报", "form", "居民健康档案月报", 18, False),
    ("weijian", "assist_immunisation", "task", "儿童预防接种查漏", 60, True),
    ("chengguan", "gov_illegal_building", "task", "违法建设排查整治", 15, False),
    ("chengguan", "店招店牌统计", "form", "店招店牌统计表", 33, False),
    ("huanwei", "assist_sanitation_day", "task", "爱国卫生日清洁", 30, True),
    ("huanwei", "assist_sanitation_day", "inspection", "爱国卫生检查", 10, False),
    ("jiedao", "law_mediation", "task", "矛盾纠纷排查", 7, True),
    ("jiedao", "law_disclosure", "task", "三季度居务公开", 40, True),
    ("paiqian", "网格员日报", "form", "网格工作日报", 5, False),
    ("chengguan", "文明养犬登记入户", "task", "十一月养犬登记入户", 2, True),
    ("weijian", "慢病居民随访月报", "task", "十一月慢病随访", 3, True),
)  # fmt: skip


def make_admissions(home: int) -> int:
    """Applications in every state, before the books of their months are closed; how many there are then."""
    if Case.objects.filter(type=ADMISSION).exists():
        return Case.objects.filter(type=ADMISSION).count()
    street = parent_of(home)
    people, now = _people(), timezone.now()
    for who, title, days, steps in APPLICATIONS:
        _applied(people, who, title, now - dt.timedelta(days=days), steps, parent_of(street))
    _applied(people, "weijian", "流感病例每日报送", now - dt.timedelta(days=6), (
        ("zhunru", "admit_now", {"reason": "流感高发，先办后补。"}),
    ), parent_of(street), emergency=True)  # fmt: skip
    promise_again(timezone.localdate())
    _paid(people["kuaiji"], street)
    return Case.objects.filter(type=ADMISSION).count()


def make_gate(home: int) -> int:
    """Around the demo's home community; how many requests there are then."""
    if Sending.objects.filter(title=SENDINGS[0][3]).exists():
        return Sending.objects.count()
    street = parent_of(home)
    people, now = _people(), timezone.now()
    for who, matter, kind, title, days, local in SENDINGS:
        user = people[who]
        with scope_of(user, "gate.send"):
            send(
                actor=Actor(user.pk, user.name, user.unit_id), kind=kind, title=title, matter=_named(matter),
                below=street if local or who == "jiedao" else parent_of(street), key=uuid.uuid4(),
                at=now - dt.timedelta(days=days),
            )  # fmt: skip
    _emergency(people["jiedao"], street, now)
    _inspected(people["huanwei"], people["shequ"], street, home, now)
    _around(people["shequ"], home)
    return Sending.objects.count()


def _people() -> dict[str, User]:
    return {user.username: user for user in User.objects.select_related("unit")}


def _paid(keeper: User, street: int) -> None:
    """One of what was admitted is paid as it was promised; the others wait for their money."""
    now = timezone.localdate()
    with scope_of(keeper, "ledger.enter"):
        for row in matters.admitted().in_force(now).filter(title=PAID):
            for one in sums(now, area=span(street), matter=row.code):
                for n, owed in enumerate(one.unpaid, 1):
                    money.received(
                        matter=row.code, area=one.area, payer=one.unit, amount=owed.unpaid, day=min(owed.due_on, now),
                        words=f"第 {n} 期到账", paper=f"转账单 {owed.due_on:%y%m%d}", by=keeper,
                        key=f"paid-{row.code}-{one.area}-{n}",
                    )  # fmt: skip


def _named(matter: str) -> str:
    case = Case.objects.filter(type=ADMISSION, title=matter).first()
    return case.number if case else matter


def _applied(
    people: dict[str, User], who: str, title: str, at: dt.datetime, steps: tuple[Step, ...], area: int,
    emergency: bool = False,
) -> None:  # fmt: skip
    user = people[who]
    unit: Any = user.unit
    lean = bool(steps) and steps[0][1] == "return"
    wanted = Application(
        title=title, why=f"{title}：需要社区协助，每期一次。", basis="" if lean else "某条例第十二条（演示）",
        responsible=unit.name, people="每个街道派一名业务员", training="开始前集中讲一次", payer="" if lean else unit.kind,
        amount=Decimal(0) if lean else Decimal(400),
        paid_on=None if lean else timezone.localdate(at) + dt.timedelta(days=60), hours=Decimal(6), power="" if lean else "可查相关名册",
        period="monthly", since=timezone.localdate(at) + dt.timedelta(days=0 if emergency else 45), until=None,
        sends=("task", "form"), elements=("phone",), known="本部门系统里已有的不再要",
        columns=({"title": "本期做了几次", "kind": "number", "unit": "次"},),
    )  # fmt: skip
    with scope_of(user, "admission.ask"):
        case = apply_for(actor=_actor(user), area=area, wanted=wanted, emergency=emergency, key=uuid.uuid4(), at=at)
    for number, (actor, act, data) in enumerate(steps, 1):
        moment = min(at + dt.timedelta(days=number), timezone.now())
        with system_scope("demo"):
            case = Case.objects.get(pk=case.pk)
            row = transition(case, type_of(case), act)
        with scope_of(people[actor], row.by):
            apply(case_id=case.pk, act=act, version=None, actor=_actor(people[actor]), data=data, at=moment)
        if act == "hear":
            _spoken(case, moment, len(steps) > 1)


def _actor(user: User) -> Actor:
    return Actor(user.pk, user.name, user.unit_id)


def _spoken(case: Case, at: dt.datetime, all_spoke: bool) -> None:
    """Most communities agree, some do not; where the hearing goes on some have not spoken."""
    with system_scope("demo"):
        asked = list(Opinion.objects.filter(case=case).order_by("area"))
        for number, one in enumerate(asked if all_spoke else asked[1 : len(asked) // 2]):
            one.answer, one.at = number % 4 != 3, at
            one.reason = "" if one.answer else "人手不够，和巡访重复。"
            one.save(update_fields=["answer", "reason", "at"])
            if number % 8 == 3:
                Stance.objects.create(opinion=one, area=one.area, yes=True, at=at - dt.timedelta(hours=2))
            Stance.objects.create(opinion=one, area=one.area, yes=one.answer, reason=one.reason, at=at)


def _emergency(user: User, street: int, now: dt.datetime) -> None:
    with scope_of(user, "gate.send"):
        send(
            actor=_actor(user), kind="task", title="大风降温值守排查", text="看一看独居老人家里的取暖。", below=street,
            emergency=True, key=uuid.uuid4(), at=now - dt.timedelta(days=1),
        )  # fmt: skip


def _inspected(user: User, worker: User, street: int, home: int, now: dt.datetime) -> None:
    """Two inspections on documents from outside: one that the home community received, one that it objects to."""
    for days, title, act, words, minutes in (
        (9, "三季度爱国卫生检查", "took_part", "看了两个小区，没有要材料。", 70),
        (1, "市容环境联合检查", "objected", "上周爱国卫生检查刚看过同样的内容，建议合用结果。", None),
    ):
        day = timezone.localdate(now) - dt.timedelta(days=days)
        paper = {
            "number": f"区爱卫办〔{day.year}〕{days} 号",
            "body": "区爱卫办",
            "title": f"{title}方案",
            "date": day.isoformat(),
        }
        data = {
            "approval": paper, "since": day.isoformat(), "items": ["环境卫生", "垃圾分类"], "minutes": 120, "persons": 1,
            "venue": "社区服务大厅",
        }  # fmt: skip
        with scope_of(user, "gate.send"):
            sent = send(
                actor=_actor(user), kind="inspection", title=title, matter="assist_sanitation_day", below=street,
                data=data, key=uuid.uuid4(), at=now - dt.timedelta(days=days),
            )  # fmt: skip
        with scope_of(worker, "gate.answer"):
            reach = Reach.objects.get(sending=sent, area=home)
            reply(reach=reach, act=act, words=words, minutes=minutes, actor=_actor(worker))


def _around(user: User, home: int) -> None:
    unit = Unit.objects.get(kind="culture_tourism", area=parent_of(parent_of(home)))
    with scope_of(user, "gate.report"):
        report(
            actor=_actor(user), area=home, unit=unit, channel="chat", kind="form", title="群里要报的文体队伍统计",
            text="下班前报到群里。", on=timezone.localdate(), minutes=40, key=uuid.uuid4(),
        )  # fmt: skip
