"""Certificates at the demo's counter, one or more in every state, and what was asked for that no community issues."""

import datetime as dt

from django.utils import timezone

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.registry.models import Person, Record
from lifang.domains.certificates import checking, letters, tasks
from lifang.domains.certificates.checking import Found
from lifang.domains.certificates.models import Certificate, Letter
from lifang.domains.certificates.service import Asked, answer_unlisted, ask
from lifang.ground.access.models import User
from lifang.ground.access.queries import unit_for
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of

CHECK, ISSUE = "certificate.check", "certificate.issue"
REGISTER = Found("register")
WENT = "网格员上门看过"
KINDS = {
    "certify_residence": {},
    "certify_lease": {"address": Found("visit", "永宁路18号2栋1单元302室", WENT), "lease": Found("paper", "出租人李某，2026年1月起一年", "租赁合同原件")},
    "certify_hardship": {"school": Found("paper", "某市第二中学高一", "学生证"), "family": Found("visit", "三口人，母亲患病，收入靠父亲打零工", WENT)},
    "certify_care_facts": {"care": Found("visit", "独居，女儿每周来两次，网格员隔天电话", WENT)},
}  # fmt: skip
ISSUED = (
    ("certify_residence", "办水表过户", "自来水公司", 2, 6),
    ("certify_residence", "孩子入学", "区教育局", 1, 20),
    ("certify_lease", "办居住登记", "派出所", 1, 12),
    ("certify_hardship", "申请助学金", "某市第二中学", 2, 30),
    ("certify_care_facts", "申请养老服务补贴", "区民政局", 1, 3),
)
UNLISTED = (
    ("refuse_alive", "", "某人寿保险公司", "领年金", Letter.State.DELIVERED, 9),
    ("refuse_kinship", "", "某银行支行", "取已故父亲存款", Letter.State.SENT, 15),
    ("refuse_kinship", "", "某银行支行", "改预留电话", Letter.State.RETURNED, 5),
    ("", "网络购物收货证明", "某快递网点", "领包裹", Letter.State.WRITTEN, 2),
)


def make_certificates(community: int, worker: User) -> int:
    """Returns how many."""
    if Certificate.objects.exists():
        return 0
    known = Record.objects.filter(current=True, known_until=None, facts__has_key="address").exclude(number_key=None)
    people = iter(
        Person.objects.standing()
        .within(community)
        .filter(died_on=None, birth__lt=dt.date(1990, 1, 1), pk__in=known.values("person"))
        .order_by("pk")[:20]
    )
    desk = _Desk(community, worker)
    for kind, purpose, body, copies, days in ISSUED:
        desk.issued(next(people), kind, purpose, body, copies, days)
    withdrawn = desk.issued(next(people), "certify_residence", "办居住证", "派出所", 1, 40)
    desk.does(withdrawn, "revoke", 38, reason="本人已搬到外区居住")
    desk.issued(next(people), "certify_residence", "办燃气开户", "燃气公司", 1, 120)
    desk.checked(next(people), "certify_lease", "办子女入托", "幼儿园", 1)
    desk.asked(next(people), "certify_care_facts", "申请助餐", "街道办事处", 0)
    wrong = desk.asked(next(people), "certify_lease", "提取公积金", "公积金中心", 4)
    desk.does(wrong, "refuse", 3, reason="上门两次，所说住处没有人居住", way="请到实际居住地的社区申请")
    desk.from_the_web(next(people))
    for kind, title, body, purpose, state, days in UNLISTED:
        desk.unlisted(kind, title, body, purpose, state, days)
    bureau = unit_for("civil_affairs", community)
    if bureau:
        desk.refused("refuse_marriage", "", bureau.name, "办收养登记", 1)
    tasks.expire_due(timezone.now())
    return Certificate.objects.count()


class _Desk:
    """The worker at the counter, on a day so many days ago."""

    def __init__(self, community: int, worker: User) -> None:
        self.community, self.worker = community, worker
        self.actor = Actor(worker.pk, worker.name, worker.unit_id)
        self.now = timezone.now()

    def _at(self, days: float) -> dt.datetime:
        return self.now - dt.timedelta(days=days)

    def asked(self, person: Person, kind: str, purpose: str, body: str, days: float, copies: int = 1) -> Certificate:
        asked = Asked(
            area=self.community, channel="counter", kind=kind, purpose=purpose, body=body, person=person.pk,
            name=person.name, copies=copies,
        )  # fmt: skip
        with scope_of(self.worker, CHECK):
            return ask(asked=asked, actor=self.actor, at=self._at(days))

    def checked(
        self, person: Person, kind: str, purpose: str, body: str, days: float, copies: int = 1
    ) -> Certificate:  # fmt: skip
        made = self.asked(person, kind, purpose, body, days, copies)
        with scope_of(self.worker, CHECK):
            found = {name: KINDS[kind].get(name, REGISTER) for name in checking.form_of(made).facts}
            checking.note_facts(certificate=made, found=found, by=self.worker, at=self._at(days - 0.01))
        self.does(made, "check", days - 0.01, function=CHECK)
        return made

    def issued(self, person: Person, kind: str, purpose: str, body: str, copies: int, days: float) -> Certificate:
        made = self.checked(person, kind, purpose, body, days, copies)
        self.does(made, "issue", days - 0.02, copies=copies)
        return made

    def does(self, made: Certificate, act: str, days: float, function: str = ISSUE, **data: object) -> None:
        with scope_of(self.worker, CHECK if act == "refuse" else function):
            apply(case_id=made.pk, act=act, version=None, actor=self.actor, data=data, at=self._at(days))

    def from_the_web(self, person: Person) -> None:
        asked = Asked(
            area=self.community, channel="web", kind="certify_residence", purpose="孩子入学", person=None, name=person.name,
            number="990101199001010000", phone="13800000000",
        )  # fmt: skip
        with scope_of(self.worker, CHECK):
            ask(asked=asked, actor=Actor(), at=self._at(0.1))

    def refused(self, kind: str, title: str, body: str, purpose: str, days: float) -> Certificate:
        asked = Asked(area=self.community, channel="counter", kind=kind, title=title, body=body, purpose=purpose)
        with scope_of(self.worker, CHECK):
            return answer_unlisted(asked=asked, actor=self.actor, at=self._at(days))

    def unlisted(self, kind: str, title: str, body: str, purpose: str, state: Letter.State, days: float) -> None:
        made = self.refused(kind, title, body, purpose, days)
        with scope_of(self.worker, CHECK):
            steps = {
                Letter.State.WRITTEN: (), Letter.State.SENT: (Letter.State.SENT,),
                Letter.State.DELIVERED: (Letter.State.SENT, Letter.State.DELIVERED),
                Letter.State.RETURNED: (Letter.State.SENT, Letter.State.RETURNED),
            }[state]  # fmt: skip
            for step in steps:
                note = "地址不详，邮局退回" if step == Letter.State.RETURNED else ""
                letters.told(certificate=made, state=step, way="post", on=today(), note=note, by=self.worker)
