"""Money that follows a matter, through the pages of those who keep it and the rules that the gate asks."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from lifang.blocks.ledger.models import Entry
from lifang.blocks.ledger.tests.situations import LAST_MONTH
from lifang.blocks.matters.models import Admitted
from lifang.blocks.packs import service as packs
from lifang.domains.gate import money
from lifang.domains.gate.tests.situations import admitted, sent
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.models import Entry as TrailEntry
from tests.situations import (
    EAST,
    EAST_COMMUNITY,
    EAST_COMMUNITY_2,
    EAST_STREET,
    WEST_COMMUNITY,
    WEST_STREET,
    a_person,
    a_small_city,
    unit_of,
)  # fmt: skip

MATTER = "assist_elder_visit"


@dataclass
class Street:
    keeper: User
    payer: int

    def client(self, user: User | None = None) -> Client:
        client = Client()
        client.force_login(user or self.keeper)
        return client

    def asks(self, path: str, **typed: Any) -> HttpResponse:
        given = {"day": today(), "words": "巡访经费", "paper": "民政函〔2026〕1号", "key": uuid.uuid4().hex, **typed}
        return self.client().post(f"/desk/money/{path}", given)

    def promises(self, amount: object = "1000", due_on: dt.date | None = None, **typed: Any) -> HttpResponse:
        return self.asks(
            f"promise/?area={typed.pop('area', EAST_COMMUNITY)}",
            **{"matter": MATTER, "amount": amount, "due_on": due_on or today() + dt.timedelta(days=30), **typed},
        )

    def moves(self, act: str, amount: object, area: int = EAST_COMMUNITY, **typed: Any) -> HttpResponse:
        return self.asks(f"{area}/{MATTER}/{self.payer}/{act}/", amount=amount, **typed)

    def stands(self, area: int = EAST_COMMUNITY, on: dt.date | None = None) -> money.Standing:
        with system_scope("test"):
            return money.standing(MATTER, area, on or today())

    def sees(self, path: str, user: User | None = None) -> str:
        answer = self.client(user).get(f"/desk/money/{path}")
        assert answer.status_code == 200, answer.status_code
        return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def street(db: None) -> Street:
    a_small_city()
    return Street(a_person("street_bookkeeper", EAST_STREET), unit_of("civil_affairs", EAST).pk)


def test_what_was_promised_came_and_was_spent(street: Street) -> None:
    assert street.promises("1,000.50").status_code == 302
    assert street.moves("receive", "600").status_code == 302
    assert street.moves("spend", "250.25", paper="发票 0012").status_code == 302
    stands = street.stands()
    assert (stands.promised, stands.received, stands.spent, stands.due) == (
        Decimal("1000.50"), Decimal(600), Decimal("250.25"), Decimal("400.50"),
    )  # fmt: skip
    page = street.sees(f"{EAST_COMMUNITY}/{MATTER}/{street.payer}/")
    assert all(told in page for told in ("1,000.50", "600.00", "250.25", "349.75", "400.50", "发票 0012"))


def test_a_promise_sent_again_is_one_and_another_under_its_key_is_refused_as_it_was_typed(street: Street) -> None:
    key = uuid.uuid4().hex
    for _again in range(2):
        assert street.promises("1000", area=EAST_STREET, key=key).status_code == 302
    other = street.promises("512.5", area=EAST_STREET, key=key)
    assert other.status_code == 422
    assert "已经记过一笔" in other.content.decode()
    assert 'value="512.5"' in other.content.decode()
    assert [street.stands(area).promised for area in (EAST_COMMUNITY, EAST_COMMUNITY_2)] == [1000, 1000]
    with system_scope("test"):
        told = TrailEntry.objects.filter(what="ledger.posted").values_list("area", "user_id", "object_id")
        posted = Entry.objects.values_list("area", "by", "pk")
        assert sorted(told) == sorted((area, by, str(pk)) for area, by, pk in posted)


def test_a_streets_promise_reaches_each_of_its_communities(street: Street) -> None:
    street.promises("100", area=EAST_STREET)
    assert [street.stands(area).promised for area in (EAST_COMMUNITY, EAST_COMMUNITY_2, WEST_COMMUNITY)] == [
        100,
        100,
        0,
    ]
    assert "200.00" in street.sees(f"?area={EAST_STREET}")


def test_no_money_no_admission_and_what_was_promised_and_did_not_come_is_listed(street: Street) -> None:
    """S036 An assisted matter with the amount 0 is refused; what was promised and is unpaid past its date is listed."""
    nothing = money.checks(
        power="可查名册", payer="civil_affairs", amount=Decimal(0), hours=Decimal(4), area=EAST, on=today()
    )
    assert [check.passes for check in nothing][:2] == [True, False]
    assert "不予准入" in nothing[1].why
    days = packs.value("money.refusable_days", EAST, today()).value
    long_ago = today() - dt.timedelta(days=days + 5)
    street.promises("500", due_on=long_ago, day=long_ago, paper="函一")
    street.promises("300", due_on=today() - dt.timedelta(days=3), day=long_ago, paper="函二")
    street.promises("200", due_on=today(), day=long_ago, paper="函三")
    assert street.stands().state == "refusable"
    listed = street.sees(f"unpaid/?area={EAST_COMMUNITY}")
    assert [paper in listed for paper in ("函一", "函二", "函三")] == [True, True, False]
    assert street.stands(on=long_ago + dt.timedelta(days=1)).state == "amber"
    street.moves("receive", "600")
    assert street.stands().state == "amber"
    listed = street.sees(f"unpaid/?area={EAST_COMMUNITY}")
    assert [told in listed for told in ("函一", "函二", "200.00")] == [False, True, True]
    street.moves("receive", "200")
    assert street.stands().state == "ok"
    assert "没有逾期的" in street.sees(f"unpaid/?area={EAST_COMMUNITY}")


def test_a_matter_for_which_nobody_promises_anything_is_listed_and_after_its_days_refused(street: Street) -> None:
    most = packs.value("money.unpromised_days", EAST, today()).value
    officer = a_person("dept_officer", EAST, unit_of("civil_affairs", EAST))
    began = timezone.now() - dt.timedelta(days=most)
    first = sent(officer, matter=MATTER, title="第一次", at=began)
    assert (first.state, street.stands().state) == ("sent", "amber")
    listed = street.sees(f"unpaid/?area={EAST_COMMUNITY}")
    assert [told in listed for told in ("高龄和独居老人巡访", "经费未落实", "民政")] == [True, True, True]
    assert "高龄和独居老人巡访" in street.sees("unpaid/", officer)
    assert sent(officer, matter=MATTER, title="还在期限里").state == "sent"
    late = sent(officer, matter=MATTER, title="过了期限", at=timezone.now() + dt.timedelta(days=1))
    assert (late.state, late.rule) == ("returned", "money")
    assert f"超过 {most} 天" in late.why
    tomorrow = today() + dt.timedelta(days=1)
    assert "可以不接" in street.sees(f"unpaid/?area={EAST_COMMUNITY}&on={tomorrow}")
    street.promises("100", area=EAST_STREET)
    assert "高龄和独居老人巡访" not in street.sees(f"unpaid/?area={EAST_STREET}")
    only = [EAST_COMMUNITY, EAST_COMMUNITY_2]
    assert sent(officer, matter=MATTER, title="承诺以后", only=only, at=late.at).state == "sent"


def test_what_was_asked_before_a_change_and_promised_after_it_is_not_listed(street: Street) -> None:
    """What was asked counts from the first day, and is listed once, under what has taken its place."""
    officer = a_person("dept_officer", EAST, unit_of("health", EAST))
    days = packs.value("money.unpromised_days", EAST, today()).value + 1
    unit = unit_of("health", EAST)
    old = admitted(unit)
    assert sent(officer, matter=old.code, at=timezone.now() - dt.timedelta(days=days)).state == "sent"
    with system_scope("test"):
        Admitted.objects.update(until=today() - dt.timedelta(days=1))
    new = admitted(unit, title="慢病随访季报", since=today(), replaces=old.code)
    assert sent(officer, matter=new.code).rule == "money"
    listed = street.sees(f"unpaid/?area={EAST_COMMUNITY}")
    assert listed.count(f"/desk/money/matters/{new.code}/") == 1
    assert "可以不接" in listed
    assert street.promises(matter=new.code).status_code == 302
    assert new.code not in street.sees(f"unpaid/?area={EAST_COMMUNITY}")
    assert sent(officer, matter=old.code, only=[EAST_COMMUNITY]).rule == "admitted"


def test_a_duty_without_power_money_or_match_is_flagged(street: Street) -> None:
    """S316 A matter with a duty and no right is flagged, and so is one without money or with less than the work costs."""
    unit = unit_of("health", EAST)
    right = admitted(unit, power="可查随访名册", hours=4, amount=300)
    poor = admitted(unit, title="只给任务不给权限", hours=40, amount=300)
    page = street.sees(f"matters/{right.code}/?area={EAST_COMMUNITY}")
    assert page.count("tone-good") == 3
    page = street.sees(f"matters/{poor.code}/?area={EAST_COMMUNITY}")
    assert "给了责任，没有给权限" in page
    assert "要 1,200.00 元，给 300.00 元" in page
    assert page.count("tone-warn") >= 2


def test_what_is_earmarked_is_not_overspent(street: Street) -> None:
    street.promises("1000")
    street.moves("receive", "100")
    answer = street.moves("spend", "100.01")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "只剩 100.00 元" in page
    assert 'value="100.01"' in page
    assert street.stands().spent == 0


def test_a_receipt_of_which_some_was_spent_is_not_taken_back_first(street: Street) -> None:
    street.promises("1000")
    street.moves("receive", "100")
    street.moves("spend", "40")
    with system_scope("test"):
        promised, receipt, spending = Entry.objects.order_by("pk")
    refused = street.asks(f"entries/{receipt.pk}/reverse/", words="记错了社区")
    assert refused.status_code == 422
    assert street.asks(f"entries/{spending.pk}/reverse/", words="发票作废").status_code == 302
    assert street.asks(f"entries/{receipt.pk}/reverse/", words="记错了社区").status_code == 302
    assert (street.stands().received, street.stands().promised) == (0, 1000)
    assert "已冲销" in street.sees(f"entries/{receipt.pk}/")
    again = street.asks(f"entries/{receipt.pk}/reverse/", words="记错了社区")
    assert "这笔已经由" in again.content.decode()
    assert street.asks(f"entries/{promised.pk}/reverse/", words="撤回承诺").status_code == 302
    assert street.stands().promised == 0


def test_a_form_sent_twice_is_one_entry_and_one_changed_meanwhile_is_told(street: Street) -> None:
    street.promises("1000")
    key = uuid.uuid4().hex
    assert [street.moves("receive", "100", key=key).status_code for _again in range(2)] == [302, 302]
    changed = street.moves("receive", "200", key=key)
    assert changed.status_code == 422
    assert "已经记过一笔" in changed.content.decode()
    assert street.stands().received == 100


@pytest.mark.parametrize("amount", ["-5", "0", "0.001", "1000000000", "一百", "", "NaN", "1e99", "9" * 400])
def test_amounts_that_make_no_sense_are_refused_and_stay_typed(street: Street, amount: str) -> None:
    street.promises("1000")
    for answer in (street.moves("receive", amount), street.promises(amount)):
        assert answer.status_code == 422
        assert f'value="{amount}"' in answer.content.decode() or not amount
    assert street.stands().received == 0


@pytest.mark.parametrize("typed", [{"paper": " "}, {"day": "2026-02-30"}, {"day": "2999-01-01"}, {"words": "长" * 201}])
def test_what_cannot_be_kept_is_refused(street: Street, typed: dict[str, str]) -> None:
    street.promises("1000")
    assert street.moves("receive", "1", **typed).status_code == 422


def test_a_promise_is_due_after_it_is_made_by_the_body_that_the_list_names(street: Street) -> None:
    late = street.promises("100", due_on=today() - dt.timedelta(days=1))
    assert "不能早于" in late.content.decode()
    assert street.promises("100", matter="law_mediation").status_code == 422
    assert "民政" not in street.sees(f"?area={EAST_COMMUNITY}")
    assert street.promises("100").status_code == 302
    assert "民政" in street.sees(f"?area={EAST_COMMUNITY}")


def test_a_month_is_closed_with_what_stands_open_and_takes_no_more(street: Street) -> None:
    month, day = f"{LAST_MONTH:%Y-%m}", LAST_MONTH + dt.timedelta(days=2)
    street.promises("1000", day=day, due_on=day)
    street.moves("receive", "400", day=day)
    page = street.sees(f"{EAST_COMMUNITY}/months/{month}/")
    assert all(told in page for told in ("还有 400.00 元没有用", "还差 600.00 元", f"结 {month} 的账"))
    client = street.client()
    closed = client.post(f"/desk/money/{EAST_COMMUNITY}/months/{month}/close/", follow=True).content.decode()
    assert "已结账" in closed
    twice = client.post(f"/desk/money/{EAST_COMMUNITY}/months/{month}/close/", follow=True).content.decode()
    assert "已经由" in twice
    refused = street.moves("spend", "10", day=day)
    assert refused.status_code == 422
    assert "已经结了" in refused.content.decode()
    assert street.moves("spend", "10").status_code == 302
    assert "390.00" not in street.sees(f"{EAST_COMMUNITY}/months/{month}/")
    now = street.client().post(f"/desk/money/{EAST_COMMUNITY}/months/{today():%Y-%m}/close/", follow=True)
    assert "还没有过完" in now.content.decode()


@pytest.mark.parametrize("month", ["2026-13", "0000-01", "9999-12", "2026-1", "x", "2026-00"])
def test_a_month_that_is_none_is_not_found(street: Street, month: str) -> None:
    assert street.client().get(f"/desk/money/{EAST_COMMUNITY}/months/{month}/").status_code == 404


def test_who_may_only_read_enters_nothing_and_another_street_sees_nothing(street: Street) -> None:
    street.promises("1000", area=EAST_STREET)
    with system_scope("test"):
        entry = Entry.objects.latest("pk")
    reader, other = a_person("community_worker", EAST_COMMUNITY), a_person("street_bookkeeper", WEST_STREET)
    assert "1,000.00" in street.sees("", reader)
    account = f"{EAST_COMMUNITY}/{MATTER}/{street.payer}/"
    assert "登记支出" not in street.sees(account, reader)
    assert street.client(reader).get(f"/desk/money/{account}spend/").status_code == 404
    for path in (account, f"{account}spend/", f"entries/{entry.pk}/", f"{EAST_COMMUNITY}/months/2026-01/"):
        assert street.client(other).get(f"/desk/money/{path}").status_code == 404
    assert "1,000.00" not in street.sees("", other)


def test_a_department_reads_what_it_promised_and_nothing_of_others(street: Street) -> None:
    street.promises("1000", area=EAST_STREET)
    ours = a_person("dept_officer", EAST, unit_of("civil_affairs", EAST))
    theirs = a_person("dept_officer", EAST, unit_of("health", EAST))
    assert "2,000.00" in street.sees("", ours)
    assert "1,000.00" in street.sees(f"{EAST_COMMUNITY}/{MATTER}/{street.payer}/", ours)
    assert "2,000.00" not in street.sees("", theirs)
    assert street.client(theirs).get(f"/desk/money/{EAST_COMMUNITY}/{MATTER}/{street.payer}/").status_code == 404
