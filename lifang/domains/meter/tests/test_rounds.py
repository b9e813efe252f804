"""Rounds of supervision: a sample with what is known, findings with a day, no paper from communities."""

import datetime as dt
import uuid

from lifang.blocks.cases.models import Case
from lifang.blocks.registers.tests.situations import said_in, units
from lifang.domains.meter.tests.situations import Ward, asked, newest
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from tests.situations import EAST, EAST_COMMUNITY, EAST_STREET, unit_of


def test_a_round_draws_ten_communities_with_their_figures_and_findings_become_tasks(ward: Ward) -> None:
    """S033 A round over 10 communities is prefilled from the registers; findings become tasks with due dates."""
    units(12)
    asked(unit_of("health", EAST), "form", 90)
    ward.plate("党组织", sort="party")
    given = {"area": "东湖区", "key": str(uuid.uuid4())}
    answer = ward.client("watch").post("/desk/meter/rounds/", given)
    assert answer.status_code == 302, said_in(answer)
    again = ward.client("watch").post("/desk/meter/rounds/", given)
    assert again["Location"] == answer["Location"], "sent twice, drawn once"
    case = newest("relief_round")
    sample = case.fields["sample"]
    assert len(sample) == 10
    assert (sample[0]["area"], sample[0]["hours"], sample[0]["ledgers"], sample[0]["plates"]) == (
        EAST_COMMUNITY, 1.5, 1, 1
    )  # fmt: skip
    with system_scope("test"):
        assert not Case.objects.filter(type__in=("task", "assignment")).exists(), "no paper is asked of communities"
    until = today() + dt.timedelta(days=14)
    found = ward.acts("watch", case, "find", area=str(EAST_COMMUNITY), text="楼道里还挂着撤销的牌子", until=str(until))
    assert found.status_code == 302, said_in(found)
    finding = newest("relief_finding")
    assert (finding.area, finding.unit, finding.parent_id) == (
        EAST_STREET, unit_of("street_office", EAST_STREET), case.pk
    )  # fmt: skip
    assert finding.due_at is not None
    assert finding.due_at.date() in (until, until - dt.timedelta(days=1))
    ward.acts("watch", case, "look")
    assert "还有 1 个问题没有改好" in said_in(ward.acts("watch", case, "close"))
    ward.acts("desk", finding, "fix", result="已拆下")
    ward.acts("watch", finding, "agree")
    ward.acts("watch", case, "close")
    assert newest("relief_round").state == "closed"
    assert "楼道里还挂着撤销的牌子" in ward.page(f"rounds/{case.number}/", by="watch")


def test_a_finding_outside_the_round_is_refused(ward: Ward) -> None:
    ward.client("watch").post("/desk/meter/rounds/", {"area": "东湖区", "key": str(uuid.uuid4())})
    case = newest("relief_round")
    answer = ward.acts("watch", case, "find", area="西风1社区", text="某事", until=str(today() + dt.timedelta(days=5)))
    assert "范围内的社区" in said_in(answer)
