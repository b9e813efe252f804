"""A department changes what was admitted: wider, with other data, at another rhythm."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from lifang.blocks.cases.models import Act, Case
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.models import Admitted
from lifang.domains.gate import changing, money, money_sums, telling
from lifang.domains.gate.models import Opinion
from lifang.domains.gate.tests.admissions import (
    DAY,
    LATER,
    act,
    act_on,
    admitted_case,
    all_spoke,
    applied,
    heard,
    of_body,
    signed_in,
    the_case,
)
from lifang.domains.gate.tests.situations import sent
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import text15
from tests.situations import EAST_COMMUNITY, EAST_COMMUNITY_2, a_person

pytestmark = pytest.mark.django_db
HERE = [EAST_COMMUNITY, EAST_COMMUNITY_2]


@pytest.fixture
def old(bureau: User, civil: User) -> Case:
    """Admitted, and in force since yesterday."""
    case = admitted_case(bureau, civil)
    with system_scope("test"):
        Admitted.objects.update(since=today() - DAY)
    return case


def changed(user: User, old: Case, **more: Any) -> Any:
    return applied(user, at=f"{reverse('admission_new')}?changes={old.number}", **more)


def discussed(civil: User) -> Case:
    assert act(civil, "hear").status_code == 302
    heard()
    assert act(civil, "gather").status_code == 302
    all_spoke()
    return the_case()


def decided(civil: User) -> Case:
    assert act_on(discussed(civil), civil, "admit").status_code == 302
    return the_case()


def test_a_change_takes_over_from_its_day_and_the_old_one_ends_the_day_before(
    bureau: User, civil: User, old: Case
) -> None:
    assert changed(bureau, old, period="quarterly", elements=["phone", "number"]).status_code == 302
    new = decided(civil)
    with system_scope("test"):
        assert old.number in matters.at(EAST_COMMUNITY, LATER - DAY)
        assert new.number not in matters.at(EAST_COMMUNITY, LATER - DAY)
        assert [one for one in matters.at(EAST_COMMUNITY, LATER) if one in (old.number, new.number)] == [new.number]
        assert Admitted.objects.get(code=old.number).period == "monthly", "what held before is not erased"
    assert sent(bureau, matter=old.number).matter == old.number
    telling.run(LATER - DAY)
    with system_scope("test"):
        assert Case.objects.get(pk=old.pk).state == "in_force"
    telling.run(LATER)
    with system_scope("test"):
        assert Case.objects.get(pk=old.pk).state == "ended"
        assert new.number in Act.objects.get(case=old, act="end").data["reason"]
        assert Admitted.objects.get(code=old.number).until == LATER - DAY


def begun(old: Case, new: Case) -> None:
    """The change took over today."""
    with system_scope("test"):
        Admitted.objects.filter(code=old.number).update(since=today() - 9 * DAY, until=today() - DAY)
        Admitted.objects.filter(code=new.number).update(since=today())


def listed(place: int, day: dt.date, *of: Case) -> list[str]:
    with system_scope("test"):
        return [name for name in matters.at(place, day) if name in {one.number for one in of}]


def test_a_change_to_fewer_places_leaves_the_others_free_from_its_day(bureau: User, civil: User, old: Case) -> None:
    assert changed(bureau, old, area=text15(EAST_COMMUNITY)).status_code == 302
    new = decided(civil)
    there = [listed(place, day, old, new) for place in HERE for day in (LATER - DAY, LATER)]
    assert there == [[old.number], [new.number], [old.number], []]
    begun(old, new)
    done = sent(bureau, matter=old.number)
    assert done.rule == "elsewhere"
    assert "东风2社区" in done.why
    assert "东风1社区" not in done.why
    assert sent(bureau, matter=old.number, only=[EAST_COMMUNITY]).matter == new.number
    with system_scope("test"):
        assert [one.area for one in money_sums.sums(today(), matter=new.number)] == [EAST_COMMUNITY]


def test_a_change_to_more_places_asks_and_reaches_them_all_and_one_to_others_is_refused(
    bureau: User, civil: User
) -> None:
    old = admitted_case(bureau, civil, area=text15(EAST_COMMUNITY))
    later = {"since": (LATER + DAY).isoformat()}
    beside = changed(bureau, old, area=text15(EAST_COMMUNITY_2), **later)
    assert beside.status_code == 422
    assert "变更后的范围要包含原来的范围" in beside.content.decode()
    assert changed(bureau, old, **later).status_code == 302
    new = decided(civil)
    with system_scope("test"):
        assert set(Opinion.objects.filter(case=new).values_list("area", flat=True)) == set(HERE)
    there = [listed(place, day, old, new) for place in HERE for day in (LATER, LATER + DAY)]
    assert there == [[old.number], [new.number], [], [new.number]]
    begun(old, new)
    assert sent(bureau, matter=old.number, only=HERE).matter == new.number


def test_a_change_that_is_ended_before_its_day_leaves_the_old_one_as_it_was(
    bureau: User, civil: User, old: Case
) -> None:
    with system_scope("test"):
        Admitted.objects.update(until=LATER + 9 * DAY)
    changed(bureau, old, period="quarterly")
    decided(civil)
    assert act(civil, "end", reason="不再需要变更").status_code == 302
    telling.run(LATER)
    with system_scope("test"):
        assert Admitted.objects.get(code=old.number).until == LATER + 9 * DAY
        assert Case.objects.get(pk=old.pk).state == "in_force"
        assert old.number in matters.at(EAST_COMMUNITY, LATER)
    assert changed(bureau, old, since=(LATER + DAY).isoformat()).status_code == 302


def test_a_change_on_which_a_further_one_builds_is_ended_after_that_one(bureau: User, civil: User, old: Case) -> None:
    changed(bureau, old, period="quarterly")
    first = decided(civil)
    after = LATER + 60 * DAY
    changed(bureau, first, period="yearly", since=after.isoformat(), paid_on=(after + DAY).isoformat())
    second = decided(civil)
    refused = act_on(first, civil, "end", reason="不再需要变更")
    assert refused.status_code == 422
    assert f"先退出 {second.number}" in refused.content.decode()
    for one in (second, first):
        assert act_on(one, civil, "end", reason="不再需要变更").status_code == 302
    with system_scope("test"):
        ours = {one.number for one in (old, first, second)}
        for day in (LATER, after):
            assert [one for one in matters.at(EAST_COMMUNITY, day) if one in ours] == [old.number]


def test_what_goes_on_under_the_old_code_is_judged_by_the_new(bureau: User, civil: User, old: Case) -> None:
    assert changed(bureau, old, sends=["data"], elements=["number"]).status_code == 302
    new = decided(civil)
    begun(old, new)
    done = sent(bureau, matter=old.number, kind="data", data={"elements": ["number"]})
    assert (done.rule, done.matter) == ("admitted", new.number)
    assert sent(bureau, matter=old.number, kind="task").rule == "form"


def test_who_is_heard_and_who_decides_read_what_changes(bureau: User, civil: User, old: Case) -> None:
    link = f"{reverse('admission_new')}?changes={old.number}"
    assert link in signed_in(bureau).get(reverse("admission", args=[old.number])).content.decode()
    begun = signed_in(bureau).get(link).content.decode()
    assert "某条例第三条" in begun
    assert "原来的到前一天为止" in begun
    changed(bureau, old, amount="500")
    act(civil, "hear")
    with system_scope("test"):
        opinion = Opinion.objects.get(case=the_case(), area=EAST_COMMUNITY)
    worker = a_person("community_worker", EAST_COMMUNITY)
    from_community = signed_in(worker).get(reverse("hearing", args=[opinion.pk])).content.decode()
    for page in (from_community, signed_in(civil).get(reverse("admission", args=[the_case().number])).content.decode()):
        rows = re.search(r'id="changed".*?</section>', page, re.DOTALL)
        assert rows
        assert re.findall(r'<th scope="row">([^<]+)', rows[0]) == ["每处每期经费（元）"]
        assert "300.00" in rows[0]
        assert "500.00" in rows[0]
    assert link not in signed_in(bureau).get(reverse("admission", args=[old.number])).content.decode()


def test_one_change_at_a_time_by_its_own_unit_and_not_in_the_emergency_lane(
    bureau: User, civil: User, old: Case
) -> None:
    link = f"{reverse('admission_new')}?changes={old.number}"
    assert 'name="emergency"' not in signed_in(bureau).get(link).content.decode()
    assert changed(of_body("finance"), old).status_code == 404
    again = applied(bureau)
    assert again.status_code == 422
    assert "在它的页面上申请变更" in again.content.decode()
    assert changed(bureau, old).status_code == 302
    second = changed(bureau, old)
    assert second.status_code == 422
    assert "没有别的变更在办" in second.content.decode()
    assert act(bureau, "withdraw", reason="写错了").status_code == 302
    assert changed(bureau, old).status_code == 302
    new = decided(civil)
    assert changed(bureau, old).status_code == 422, "it is replaced; the new one is to be changed"
    assert (
        f"{LATER:%Y-%m-%d} 起由变更后的代替"
        in signed_in(bureau).get(reverse("admission", args=[old.number])).content.decode()
    )
    assert changed(bureau, new, since=(LATER + 60 * DAY).isoformat()).status_code == 302


def test_of_two_changes_that_stand_side_by_side_the_second_is_not_admitted(
    bureau: User, civil: User, old: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before_filings_waited:
        before_filings_waited.setattr(changing, "check", lambda *_code, **_given: None)
        both = []
        for period in ("quarterly", "yearly"):
            assert changed(bureau, old, period=period).status_code == 302
            both.append(discussed(civil))
    assert act_on(both[0], civil, "admit").status_code == 302
    answer = act_on(both[1], civil, "admit")
    assert answer.status_code == 422
    assert f"已经由 {both[0].number} 变更" in answer.content.decode()


def test_what_was_ended_meanwhile_is_not_changed(bureau: User, civil: User, old: Case) -> None:
    changed(bureau, old, amount="500")
    new = discussed(civil)
    page = reverse("admission", args=[new.number])
    assert "原来的：已退出" not in signed_in(civil).get(page).content.decode()
    assert act_on(old, civil, "end", reason="不再需要").status_code == 302
    assert "原来的：已退出" in signed_in(civil).get(page).content.decode()
    answer = act_on(new, civil, "admit")
    assert answer.status_code == 422
    assert "已经退出" in answer.content.decode()
    with system_scope("test"):
        assert old.number not in matters.at(EAST_COMMUNITY, today())
        assert not Admitted.objects.filter(code=new.number).exists()


def test_a_change_of_what_is_suspended_goes_on_from_its_day_and_who_is_heard_and_decides_reads_so(
    bureau: User, civil: User, old: Case
) -> None:
    assert act_on(old, civil, "suspend", reason="社区反映太频繁").status_code == 302
    changed(bureau, old, period="quarterly")
    act(civil, "hear")
    with system_scope("test"):
        opinion = Opinion.objects.get(case=the_case(), area=EAST_COMMUNITY)
    worker = a_person("community_worker", EAST_COMMUNITY)
    page = reverse("admission", args=[the_case().number])
    for reader, at in ((worker, reverse("hearing", args=[opinion.pk])), (civil, page)):
        shown = signed_in(reader).get(at).content.decode()
        assert "原来的：已暂停" in shown
        assert "社区反映太频繁" in shown
    heard()
    act(civil, "gather")
    all_spoke()
    assert act(civil, "admit").status_code == 302
    assert "原来的：已暂停" not in signed_in(civil).get(page).content.decode()
    with system_scope("test"):
        there = [set(matters.at(EAST_COMMUNITY, day)) & {old.number, the_case().number} for day in (LATER - DAY, LATER)]
    assert there == [set(), {the_case().number}]
    telling.run(LATER)
    with system_scope("test"):
        assert Case.objects.get(pk=old.pk).state == "ended"


def test_what_has_ended_before_its_first_day_is_not_to_be_changed(bureau: User, civil: User) -> None:
    case = admitted_case(bureau, civil)
    assert act(civil, "end", reason="不再需要").status_code == 302
    refused = changed(bureau, case, since=(LATER + DAY).isoformat())
    assert refused.status_code == 422
    assert "还在清单里" in refused.content.decode()


def promised_long_ago(bureau: User, old: Case) -> dt.date:
    day = today() - 200 * DAY
    with system_scope("test"):
        money.promise(
            matter=old.number, areas=[EAST_COMMUNITY], payer=bureau.unit_id or 0, amount=Decimal(300), due_on=day,
            day=day, words="第一期", paper="函一", by=None, key="test",
        )  # fmt: skip
    return day


def test_while_promised_money_is_overdue_nothing_is_changed(bureau: User, civil: User, old: Case) -> None:
    changed(bureau, old, amount="500")
    act(civil, "hear")
    heard()
    act(civil, "gather")
    all_spoke()
    promised_long_ago(bureau, old)
    answer = act(civil, "admit")
    assert answer.status_code == 422
    assert "补上以后才能变更" in answer.content.decode()
    with system_scope("test"):
        assert Admitted.objects.get(code=old.number).until is None


def test_money_that_was_promised_before_a_change_is_still_owed_after_it(bureau: User, civil: User, old: Case) -> None:
    changed(bureau, old, amount="500")
    new = decided(civil)
    long_ago = promised_long_ago(bureau, old)
    with system_scope("test"):
        Admitted.objects.filter(code=old.number).update(since=long_ago, until=today() - DAY)
        Admitted.objects.filter(code=new.number).update(since=today())
    for code in (old.number, new.number):
        assert sent(bureau, matter=code).rule == "money"
    with system_scope("test"):
        assert money.standing(new.number, EAST_COMMUNITY, today()).state == money.REFUSABLE
    page = signed_in(bureau).get(reverse("money_matter", args=[new.number])).content.decode()
    assert f"/{EAST_COMMUNITY}/{old.number}/" in page
