"""What the demo's community wrote at its desk, asked departments to correct, and what went out under a contract."""

import datetime as dt

from django.utils import timezone

from lifang.blocks.exchange import contracts, desk, quality, questions
from lifang.blocks.exchange.models import Contract, Entry
from lifang.blocks.privacy import consenting
from lifang.blocks.registry.days import years_before
from lifang.blocks.registry.models import Person, System
from lifang.ground.access.models import User
from lifang.ground.areas.codes import span

CORRECTED, ASKED = 6, 3


def give_and_take(community: int, street: int, steward: User) -> None:
    """Does nothing where it was done before."""
    if Entry.objects.exists():
        return
    worker, now = User.objects.get(username="shequ"), timezone.now()
    day = timezone.localdate()
    desk.enter(
        values={"name": "邓小满", "sex": "2", "birth": "1994-05-21", "phone": "13700050521", "address": "章江路3号1栋2单元402室"},
        area=community, held_on=day, person=None, apart=(), asked=True, paper="租房合同", reason="上周租住到本社区", by=worker,
    )  # fmt: skip
    below = span(community)
    here = Person.objects.standing().filter(area__gte=below.start, area__lt=below.stop, birth__isnull=False)
    known = list(here.filter(all_records__system__code="police").distinct().order_by("pk")[: CORRECTED + ASKED])
    for at, person in enumerate(known[:CORRECTED]):
        desk.correct(
            person=person, element="phone", value=f"1370006{at:04}", held_on=day, asked=at % 2 == 0, paper="本人口述",
            reason="换了号码", by=worker,
        )  # fmt: skip
    for person in known[CORRECTED:]:
        assert person.birth is not None
        right = (person.birth + dt.timedelta(days=30)).isoformat()
        desk.correct(
            person=person, element="birth", value=right, held_on=day, asked=True, paper="户口簿", reason="名册上的月份写错了",
            by=worker,
        )  # fmt: skip
        wrong = (
            person.all_records.select_related("system", "person").filter(system__code="police", current=True).first()
        )
        if wrong is not None:
            questions.ask(about=wrong, element="birth", ours=right, reason="户口簿上不是这一天", by=worker)
    given = Contract.objects.create(
        system=System.objects.get(code="civil_affairs"), area=street, title="给民政的高龄老人核对表",
        elements=["name", "sex", "birth", "phone", "address", "place"], basis="演示：数据共享协议", purpose="高龄津贴核对",
        valid=(day, day + dt.timedelta(days=365)), by=steward,
    )  # fmt: skip
    contracts.make(contracts.order(contract=given, ending="xlsx", by=steward).pk)
    born = years_before(day, 9)
    child = here.filter(birth__gt=born, birth__lt=day).order_by("pk").first()
    if child is not None:
        consenting.agree(
            person=child, guardian="演示家长", relation="母亲", uses=["export"], purpose="暑期托管报名", paper="同意书（演示）",
            since=day - dt.timedelta(days=20), by=worker,
        )  # fmt: skip
    quality.check(street, now)
