"""Plates at communities: what hangs, what may be hung, what is taken down."""

import datetime as dt

from django.utils import timezone

from lifang.blocks.matters.models import Admitted
from lifang.blocks.registers.tests.situations import said_in
from lifang.domains.gate.models import Sending
from lifang.domains.meter import cleaning, plates
from lifang.domains.meter.tests.situations import Ward, newest
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from tests.situations import CITY, EAST_COMMUNITY, EAST_COMMUNITY_2, WEST_COMMUNITY


def test_plates_are_counted_by_office_and_the_office_over_the_limit_is_listed(ward: Ward) -> None:
    """S011 Plates are counted per office; the office over its limit is listed."""
    for n in range(4):
        ward.plate(f"某工作站{n}", "inside", office="一楼大厅")
    ward.plate("党群服务中心", "inside", "party_centre", office="二楼")
    page = ward.page("plates/")
    assert "东风1社区 · 一楼大厅 4 块 +1" in page
    assert "二楼 1 块" not in page


def test_an_office_with_five_plates_is_flagged_two_over(ward: Ward) -> None:
    """S237 An office with 5 plates: most is 5, against the limit of 3 it is flagged +2."""
    for n in range(5):
        ward.plate(f"某站{n}", "inside")
    page = ward.page("plates/")
    assert "一个办公地点最多 5" in page
    assert "一楼大厅 5 块 +2" in page


def test_a_fourth_outside_plate_is_refused_and_a_missing_one_of_the_three_is_named(ward: Ward) -> None:
    """S323 A fourth outside plate is refused; a unit with two shows the missing one."""
    ward.plate("党组织", sort="party")
    ward.plate("居委会", sort="committee")
    assert "对外还缺：居（村）务监督委员会" in ward.page(f"plates/{EAST_COMMUNITY}/")
    ward.plate("监督委员会", sort="supervision")
    assert "对外还缺" not in ward.page(f"plates/{EAST_COMMUNITY}/")
    answer = ward.asks("other", "outside", words="某某工作站")
    assert answer.status_code == 422
    assert "对外只保留 3 块牌子" in said_in(answer)
    assert "某某工作站" in answer.content.decode(), "what was typed is kept"
    again = ward.asks("party", "outside")
    assert "已经挂着" in said_in(again)


def test_nine_inside_plates_pass_a_tenth_is_refused_and_eight_names_are_said_not_to_be_loaded(ward: Ward) -> None:
    """S324 Nine listed inside plates pass; a tenth off the list is refused; eight names are shown as not loaded."""
    ward.plate("党群服务中心", "inside", "party_centre", office="大厅")
    for n in range(8):
        ward.plate(f"清单内{n}", "inside", office=f"{n}室")
    with system_scope("test"):
        assert plates.standings(EAST_COMMUNITY, today())[EAST_COMMUNITY].over == 0
    answer = ward.asks("other", "inside", words="第十块")
    assert answer.status_code == 422
    assert "对内保留 9 块牌子" in said_in(answer)
    assert "8 块的名称未录" in ward.page(f"plates/{EAST_COMMUNITY}/")


def test_a_new_plate_hangs_by_its_approval_alone(ward: Ward) -> None:
    facts = {"side": "inside", "sort": "other", "office": "二楼", "how": "approved"}
    refused = ward.street.tries("plate", "儿童之家", **facts, approval="随便写的")
    assert refused.status_code == 422
    assert "要先批准" in said_in(refused)
    assert ward.asks().status_code == 302
    case = newest("burden_approval")
    assert "儿童之家" in ward.page("approvals/", by="watch")
    assert ward.decides(case).status_code == 302
    page = ward.page(f"plates/{EAST_COMMUNITY}/")
    assert "儿童之家" in page
    assert case.number in page


def test_a_plate_names_its_matter_and_reaches_its_community_through_the_gate(ward: Ward) -> None:
    for matter in ("", "没有准入的事项"):
        refused = ward.asks(matter=matter)
        assert refused.status_code == 422
        assert "儿童之家" in refused.content.decode(), "what was typed is kept"
    assert "也没有准入" in said_in(refused)
    assert ward.asks().status_code == 302
    case = newest("burden_approval")
    assert ward.decides(case).status_code == 302
    with system_scope("test"):
        sent = Sending.objects.get()
        assert (sent.kind, sent.rule, sent.matter) == ("plate", "admitted", ward.hangs("desk"))
        assert sent.judged["approval"]["number"] == case.number
        assert sent.reaches.get().area == EAST_COMMUNITY
    assert "儿童之家" in said_in(ward.client("worker").get("/desk/gate/asked/"))


def test_what_ended_while_a_plate_was_asked_for_hangs_no_plate(ward: Ward) -> None:
    ward.asks()
    with system_scope("test"):
        Admitted.objects.filter(code=ward.hangs("desk")).update(until=today() - dt.timedelta(days=1))
    answer = ward.decides(newest("burden_approval"))
    assert answer.status_code == 422
    assert "到期" in said_in(answer)
    assert newest("burden_approval").state == "asked"
    assert "儿童之家" not in ward.page(f"plates/{EAST_COMMUNITY}/")


def test_one_approval_hangs_one_plate(ward: Ward) -> None:
    ward.asks()
    case = newest("burden_approval")
    ward.decides(case)
    facts = {"side": "inside", "sort": "other", "office": "三楼", "how": "approved"}
    again = ward.street.tries("plate", "又一块", **facts, approval=case.number)
    assert again.status_code == 422
    assert "已经批了另一块牌子" in said_in(again)


def test_a_plate_that_no_longer_fits_when_it_is_decided_does_not_hang(ward: Ward) -> None:
    ward.asks("party", "outside", words="党组织")
    case = newest("burden_approval")
    ward.plate("党组织", sort="party")
    answer = ward.decides(case)
    assert answer.status_code == 422
    assert "已经挂着" in said_in(answer)
    assert newest("burden_approval").state == "asked"


def test_a_refused_plate_leaves_the_register_as_it_is(ward: Ward) -> None:
    ward.asks()
    ward.decides(newest("burden_approval"), "refuse")
    assert "儿童之家" not in ward.page(f"plates/{EAST_COMMUNITY}/")


def test_a_campaign_goes_from_survey_to_checked_by_what_the_register_says(ward: Ward) -> None:
    """S321 A campaign: surveyed, to remove, removed, checked; plates before and after; no photo is asked for."""
    ward.three_outside()
    spare = ward.plate("多出来的一块", office="侧门")
    ward.three_outside(EAST_COMMUNITY_2)
    assert ward.client("watch").post("/desk/meter/plates/campaign/", {"area": "东湖区"}).status_code == 302
    case = newest("plate_cleanup")
    assert (case.area, case.fields["before"], case.state) == (EAST_COMMUNITY, 4, "surveyed")
    ward.acts("worker", case, "mark")
    answer = ward.acts("worker", case, "take_down")
    assert "对外还超 1 块" in said_in(answer)
    ended = ward.street.client("worker").post(
        f"/desk/registers/{spare.pk}/end/", {"last": str(today()), "reason": "今天拆的"}
    )
    assert ended.status_code == 302
    assert ward.acts("worker", case, "take_down").status_code == 302
    assert newest("plate_cleanup").state == "removed"
    assert ward.acts("worker", case, "check").status_code == 403, "who took it down does not check it"
    assert ward.acts("watch", case, "check").status_code == 302
    done = newest("plate_cleanup")
    assert (done.state, done.is_open) == ("checked", False)
    with system_scope("test"):
        [told] = cleaning.progress(CITY, today())
    assert (told.before, told.now) == (4, 3)
    page = ward.page("plates/", by="watch")
    assert "清理" in page


def test_where_counts_rise_again_the_next_look_opens_a_case_by_itself(ward: Ward) -> None:
    """S325 A unit cleaned to 3 + 9 and later found with 13 plates gets a case at the next check, once."""
    ward.three_outside()
    ward.plate("党群服务中心", "inside", "party_centre", office="大厅")
    for n in range(8):
        ward.plate(f"对内{n}", "inside", office=f"{n}室")
    now = timezone.now()
    with system_scope("test"):
        assert cleaning.look_again(CITY, now) == []
    ward.plate("又挂的一块", "inside", office="九室")
    with system_scope("test"):
        [case] = cleaning.look_again(CITY, now)
        assert cleaning.look_again(CITY, now) == []
    assert case.fields["before"] == 13
    assert "复查时又超过限额" in case.text


def test_a_body_without_a_basis_is_to_be_removed_and_stays_in_history_after(ward: Ward) -> None:
    """S010 A body with no basis appears under «remove»; after removal it is gone from the unit's page, not from history."""
    body = ward.street.enters("work_body", "某某领导小组办公室", placed_by="某局", judged="keep")
    ward.street.enters("work_body", "人民调解委员会", placed_by="司法局", basis="人民调解法第八条", judged="keep")
    shown = said_in(ward.street.page(f"{body.pk}/"))
    assert "撤销" in shown
    findings = ward.page("rules/")
    assert "某某领导小组办公室" in findings
    assert "人民调解委员会" not in findings
    listed = said_in(ward.street.client("worker").get("/desk/registers/kinds/work_body/"))
    assert "某某领导小组办公室" in listed
    ended = ward.street.client("desk").post(
        f"/desk/registers/{body.pk}/end/", {"last": (today() - dt.timedelta(days=1)).isoformat(), "reason": "没有依据"}
    )
    assert ended.status_code == 302
    assert "某某领导小组办公室" not in ward.page("rules/")
    listed = said_in(ward.street.client("worker").get("/desk/registers/kinds/work_body/"))
    assert "某某领导小组办公室" not in listed, "it is gone from the unit's page"
    assert "人民调解委员会" in listed
    assert "没有依据" in said_in(ward.street.page(f"{body.pk}/"))


def test_plates_of_another_district_are_not_shown(ward: Ward) -> None:
    assert ward.client("desk").get(f"/desk/meter/plates/{WEST_COMMUNITY}/").status_code == 404
