"""From the chair of a street: two inspections that fall on the same days become one."""

import datetime as dt
import re

from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from lifang.blocks.registers.tests.situations import said_in
from lifang.domains.gate import letters
from lifang.domains.meter import burden
from lifang.domains.meter.measured import Reader, sums
from lifang.domains.meter.tests.situations import Ward
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.notices.models import Notice
from tests.situations import EAST_COMMUNITY, EAST_COMMUNITY_2, a_person

MONDAY = today() + dt.timedelta(days=7 - today().weekday())


def test_two_inspections_on_the_same_days_are_merged_from_the_calendar_and_communities_see_one(ward: Ward) -> None:
    ward.called(
        "inspection", "消防通道检查", since=MONDAY, until=MONDAY + dt.timedelta(days=1), items="楼道堆物\n灭火器"
    )
    ward.called("inspection", "物业管理检查", by="housing", since=MONDAY, items="楼道堆物\n公示栏", minutes=60)
    workers = [ward.street.worker, a_person("community_worker", EAST_COMMUNITY_2)]
    for ward.watch in workers:
        assert said_in(ward.client("watch").get(reverse("gate_asked"))).count("等我们答复") == 2

    street = ward.client("desk")
    calendar = street.get("/desk/meter/calendar/", {"month": f"{MONDAY:%Y-%m}"}).content.decode()
    proposal = calendar.split("可以合并")[1].split("</section>")[0]
    assert "同一周都看：楼道堆物" in proposal
    assert "2 个社区" in proposal
    [stays, goes] = re.findall(r'href="(/desk/meter/calendar/\d+/)"', proposal)
    page = street.get(goes).content.decode()
    [form] = re.findall(r'<form[^>]* action="([^"]+/merge/)".*?name="into" value="(\d+)"', page, re.DOTALL)
    assert 'value="同一周都看：楼道堆物"' in page, "why is known"
    assert "还没有答复" in page
    assert form[1] == stays.split("/")[-2]
    done = street.post(form[0], {"into": form[1], "reason": "同一天看同样的楼道"})
    assert done.status_code == 302
    assert "并进来的" in street.get(done["Location"]).content.decode()

    for args in ProcrastinateJob.objects.filter(task_name="gate.over").values_list("args", flat=True):
        letters.ended(**args)
    with system_scope("test"):
        notices = Notice.objects.filter(title__contains="物业管理检查，不用做了", body__contains="消防通道检查")
        assert {one.user for one in notices} == {*workers}
    for ward.watch in workers:
        came = said_in(ward.client("watch").get(reverse("gate_asked")))
        asked, over = came.split("不用做了")
        assert asked.count("等我们答复") == 1
        assert "消防通道检查" in asked
        assert "物业管理检查" not in asked
        assert "并入「消防通道检查」" in over
    with system_scope("test"):
        [found] = sums(Reader(EAST_COMMUNITY), *burden.month(MONDAY), by=("kind",), kept=False)
    assert (found.n, found.minutes) == (1, 90), "it is counted once"
    again = street.get("/desk/meter/calendar/", {"month": f"{MONDAY:%Y-%m}"}).content.decode()
    assert "可以合并" not in again
    assert "撞在一起" not in again
