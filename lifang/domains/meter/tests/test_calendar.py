"""Meetings, inspections and appraisals: what enters the calendar, what collides, what is merged."""

import datetime as dt

from django.utils import timezone

from lifang.blocks.registers.tests.situations import said_in
from lifang.domains.gate.models import Sending
from lifang.domains.meter import burden
from lifang.domains.meter.measured import Reader, sums
from lifang.domains.meter.models import Occasion
from lifang.domains.meter.tests.situations import FIRST, Ward, asked, newest
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.notices.models import Notice
from tests.situations import CITY, EAST, EAST_COMMUNITY, EAST_STREET, WEST_COMMUNITY, a_person, unit_of

MONDAY = today() + dt.timedelta(days=7 - today().weekday())


def test_meetings_of_a_month_show_their_hours_and_who_called_them(ward: Ward) -> None:
    """S012 12 meetings of 1.5 h in a month: 18 person-hours for the one who attends, and the callers by their share."""
    for n in range(8):
        ward.called(title=f"第{n}次会", since=FIRST)
    for n in range(4):
        approval = {"approval": _approved(ward, f"专项会{n}", by="housing")}
        ward.called(title=f"专项会{n}", by="housing", since=FIRST, **approval)
    with system_scope("test"):
        [found] = sums(Reader(EAST_COMMUNITY), *burden.month(FIRST), by=("kind",), kept=False)
    assert (found.key, found.n, found.hours) == (("meeting",), 12, 18.0)
    page = ward.page("calendar/", by="worker")
    assert "8 处次" in page or " 8 " in page
    assert "67" in page
    assert "33" in page


def _approved(ward: Ward, words: str, by: str = "health", area: int = EAST_STREET) -> str:
    """The number of an approval of an appraisal (or of a meeting beyond the quota), in the east street."""
    assert ward.asks(what="appraisal", words=words, area=area, by=by).status_code == 302
    case = newest("burden_approval")
    assert ward.decides(case).status_code == 302
    return case.number


def test_what_is_not_admitted_does_not_enter_the_calendar_and_gets_a_letter(ward: Ward) -> None:
    answer = ward.calls(matter="没有的事项")
    assert answer.status_code == 302
    assert "/letter/" in answer["Location"]
    with system_scope("test"):
        assert not Occasion.objects.exists()


def test_an_appraisal_without_an_approval_is_refused_and_enters_the_calendar_with_one(ward: Ward) -> None:
    """S322 Scheduling an appraisal without an approval number is refused; with it, it enters the calendar."""
    refused = ward.calls("appraisal", "年终考评")
    assert refused.status_code == 422
    assert "考核评比要先批准" in said_in(refused)
    assert ward.calls("appraisal", "年终考评", approval="不存在的编号").status_code == 422
    number = _approved(ward, "年终考评")
    offered = ward.client("health").get("/desk/meter/calendar/new/")
    assert f'<option value="{number}">' in offered.content.decode(), "it is picked, not typed"
    held = ward.called("appraisal", "年终考评", approval=number)
    assert (held.kind, held.sending.state) == ("appraisal", "sent")
    assert "年终考评" in ward.page("calendar/", by="worker")
    page = ward.client("health").get(f"/desk/gate/sendings/{held.sending.number}/").content.decode()
    assert f'href="/desk/events/{number}/"' in page
    again = ward.calls("appraisal", "年终再考评", approval=number)
    assert again.status_code == 422, "an approval is for one"
    assert number not in ward.page("calendar/new/", by="health")


def test_an_approval_holds_for_whom_it_was_given_and_where(ward: Ward) -> None:
    theirs = _approved(ward, "住建考评", by="housing")
    assert theirs not in ward.page("calendar/new/", by="health")
    assert ward.calls("appraisal", "借用的考评", approval=theirs).status_code == 422
    narrow = _approved(ward, "一个社区的考评", area=EAST_COMMUNITY)
    answer = ward.calls("appraisal", "全街考评", approval=narrow)
    assert "/letter/" in answer["Location"]
    with system_scope("test"):
        returned = Sending.objects.latest("pk")
    assert (returned.rule, "不全在里面" in returned.why) == ("approval", True)
    assert ward.called("appraisal", "一个社区", approval=narrow, only="东风1社区").kind == "appraisal"


def test_an_appraisal_on_paper_alone_is_refused_and_an_approval_given_back_is_used_again(ward: Ward) -> None:
    paper = {
        "paper_number": "某政办〔2026〕9 号",
        "paper_body": "区政府办公室",
        "paper_title": "考评方案",
        "paper_date": today(),
    }
    refused = ward.calls("appraisal", "纸上的考评", **paper)
    assert refused.status_code == 422
    assert "考核评比要先批准" in said_in(refused)
    assert "区政府办公室" in refused.content.decode(), "what was typed is kept"
    number = _approved(ward, "年终考评")
    held = ward.called("appraisal", "年终考评", approval=number)
    withdrawn = ward.client("health").post(f"/desk/gate/sendings/{held.sending.number}/withdraw/", {"reason": "改期"})
    assert withdrawn.status_code == 302
    assert ward.called("appraisal", "改期的考评", approval=number).state == "planned"


def test_beyond_the_yearly_limit_an_inspection_needs_an_approval_and_hours_rank_the_organisers(ward: Ward) -> None:
    """S238 A community's yearly hours of inspections, its organisers ranked; beyond the limit it needs approval."""
    with system_scope("test"):
        for n in range(12):
            sending = _inspected(ward, n)
            Occasion.objects.create(
                kind="inspection", sending=sending, area=sending.area, unit=sending.unit, title=sending.title,
                since=FIRST, until=FIRST, minutes=60 if n else 1200,
            )  # fmt: skip
    refused = ward.calls("inspection", "第十三次检查")
    assert refused.status_code == 422
    assert "已经到了限额" in said_in(refused)
    done = ward.called("inspection", "第十三次检查", approval=_approved(ward, "第十三次检查"), minutes=120)
    assert done.state == "planned"
    page = ward.page("calendar/", by="worker")
    first, second = unit_of("housing", EAST).name, unit_of("health", EAST).name
    assert first in page[page.index("谁召集的") :].split(second)[0], "the one that took most stands first"
    assert "今年和去年同期" in page


def _inspected(ward: Ward, n: int) -> Sending:
    return asked(unit_of("health" if n else "housing", EAST), "inspection", 60, on=FIRST, title=f"检查{n}")


def test_two_inspections_of_one_week_on_the_same_items_are_proposed_for_merging(ward: Ward) -> None:
    """S015 Two inspections in the same week on the same items are proposed for merging; the one that goes leads to the other."""
    one = ward.called("inspection", "消防通道检查", since=MONDAY, items="楼道堆物\n灭火器")
    other = ward.called(
        "inspection", "物业管理检查", by="housing", since=MONDAY + dt.timedelta(days=2), items="楼道堆物"
    )
    month = {"month": f"{MONDAY:%Y-%m}"}
    assert "可以合并" in ward.page("calendar/", **month)
    assert "同一周都看：楼道堆物" in ward.page(f"calendar/{one.pk}/")
    answer = ward.client("desk").post(
        f"/desk/meter/calendar/{other.pk}/merge/", {"into": one.pk, "reason": "同一周看同样的事"}
    )
    assert answer.status_code == 302, said_in(answer)
    with system_scope("test"):
        one.refresh_from_db()
        other.refresh_from_db()
        assert (other.state, other.into_id, one.state) == ("merged", one.pk, "planned")
        assert other.sending.state == "ended"
        assert "消防通道检查" in Sending.objects.get(pk=other.sending_id).end_reason
        told = set(Notice.objects.filter(title__contains="并入").values_list("user", flat=True))
        assert told == {ward.health.pk, ward.housing.pk}, "both organisers are told"
        [found] = sums(Reader(EAST_COMMUNITY), MONDAY, MONDAY + dt.timedelta(days=6), kept=False)
        assert found.n == 1, "the community is looked at once"
        merged = burden.merged_away(Reader(EAST_COMMUNITY), *burden.month(other.since))
        assert merged == (1, 90)
    assert "可以合并" not in ward.page("calendar/", **month)
    assert "并入" in ward.page(f"calendar/{other.pk}/")


def test_who_is_above_neither_of_two_may_only_propose(ward: Ward) -> None:
    one = ward.called("inspection", "消防检查", since=MONDAY, items="楼道堆物")
    other = ward.called("inspection", "物业检查", by="housing", since=MONDAY, items="楼道堆物")
    given = {"into": one.pk, "reason": "请合并"}
    refused = ward.client("worker").post(f"/desk/meter/calendar/{other.pk}/merge/", given)
    assert refused.status_code == 422
    assert "不都归你管" in said_in(refused)
    proposed = ward.client("worker").post(f"/desk/meter/calendar/{other.pk}/merge/", {**given, "propose": "1"})
    assert proposed.status_code == 302
    with system_scope("test"):
        assert Notice.objects.filter(title__contains="建议合并").count() == 2
        assert set(Occasion.objects.values_list("state", flat=True)) == {"planned"}


def test_two_on_the_same_days_at_the_same_communities_are_shown_as_a_conflict(ward: Ward) -> None:
    ward.called(title="上午的会", since=MONDAY)
    ward.called("inspection", "卫生检查", by="housing", since=MONDAY)
    page = ward.page("calendar/", month=f"{MONDAY:%Y-%m}")
    assert "撞在一起" in page


def test_a_merger_that_would_lose_a_community_is_refused(ward: Ward) -> None:
    wide = ward.called("inspection", "全街检查", since=MONDAY, items="台账")
    narrow = ward.called("inspection", "一个社区的检查", by="housing", since=MONDAY, items="台账", only="东风1社区")
    answer = ward.client("desk").post(f"/desk/meter/calendar/{wide.pk}/merge/", {"into": narrow.pk, "reason": "合"})
    assert answer.status_code == 422
    assert "1 个社区不在" in said_in(answer)


def test_a_withdrawn_meeting_is_cancelled_and_counts_no_more(ward: Ward) -> None:
    one = ward.called(since=FIRST)
    answer = ward.client("health").post(f"/desk/gate/sendings/{one.sending.number}/withdraw/", {"reason": "不开了"})
    assert answer.status_code == 302
    with system_scope("test"):
        one.refresh_from_db()
        assert one.state == "cancelled"
        assert sums(Reader(EAST_COMMUNITY), *burden.month(FIRST), by=("kind",)) == []


def test_how_long_it_really_took_is_what_counts(ward: Ward) -> None:
    one = ward.called(since=FIRST)
    assert (
        ward.client("health").post(f"/desk/meter/calendar/{one.pk}/held/", {"persons": 2, "minutes": 30}).status_code
        == 302
    )
    with system_scope("test"):
        [found] = sums(Reader(EAST_COMMUNITY), *burden.month(FIRST))
    assert found.minutes == 60
    again = ward.client("health").post(f"/desk/meter/calendar/{one.pk}/held/", {"persons": 2, "minutes": 30})
    assert again.status_code == 422


def test_what_has_not_taken_place_is_not_entered_as_held(ward: Ward) -> None:
    one = ward.called(since=today() + dt.timedelta(days=7))
    assert "举行过了" not in ward.page(f"calendar/{one.pk}/", by="health")
    answer = ward.client("health").post(f"/desk/meter/calendar/{one.pk}/held/", {"persons": 2, "minutes": 30})
    assert answer.status_code == 422
    assert "还没有到日子" in said_in(answer)
    with system_scope("test"):
        one.refresh_from_db()
    assert one.state == "planned"


def test_nothing_of_a_street_is_seen_from_another_district(ward: Ward) -> None:
    one = ward.called()
    ward.watch = a_person("community_worker", WEST_COMMUNITY)
    assert ward.client("watch").get(f"/desk/meter/calendar/{one.pk}/").status_code == 404
    ward.watch = a_person("supervisor", CITY)
    assert ward.client("watch").get(f"/desk/meter/calendar/{one.pk}/").status_code == 200


def test_the_calendar_forgets_nothing_that_was_typed_wrong(ward: Ward) -> None:
    answer = ward.calls(title="座谈会", until=str(FIRST - dt.timedelta(days=400)), since=timezone.localdate())
    assert answer.status_code == 422
    assert "座谈会" in answer.content.decode()
