"""From the chair of a bureau: a monthly ledger that is refused, then admitted with money, sent, and refused when the money stays away."""

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lifang.blocks.registers.tests.situations import said_in
from lifang.domains.gate.applying import earliest
from lifang.domains.gate.models import Sending
from lifang.domains.gate.tests.admissions import LATER, act, all_spoke, applied, heard, signed_in, the_case
from lifang.domains.grid.tests.situations import build_city
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import text15
from tests.situations import EAST, EAST_COMMUNITY, EAST_STREET, a_person, unit_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LEDGER = "慢病随访月报"


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.date], None]:
    """Lets it be another day, at the same hour."""
    now, first = timezone.now, today()
    return lambda day: monkeypatch.setattr(timezone, "now", lambda: now() + (day - first))


def asks(client: Client, title: str, matter: str, look: bool = False) -> HttpResponse:
    given = {
        "matter": matter, "kind": "data", "elements": ["phone"], "title": title, "text": "", "below": text15(EAST), "level": "5",
        "limit_0": "5", "limit_1": "working_days", "key": str(uuid.uuid4()), **({"look": "1"} if look else {}),
    }  # fmt: skip
    return client.post(reverse("gate_send"), given)  # type: ignore[return-value]


def letter_of(client: Client, answer: HttpResponse) -> str:
    assert answer.status_code == 302
    assert answer["Location"].endswith("/letter/")
    return said_in(client.get(answer["Location"]))


def test_a_new_monthly_ledger_from_the_first_refusal_to_the_last(on: Callable[[dt.date], None]) -> None:
    build_city()
    health, civil = unit_of("health", EAST), unit_of("civil_affairs", EAST)
    bureau, gatekeeper = a_person("dept_officer", EAST, health), a_person("gatekeeper", EAST, civil)
    keeper, worker = a_person("street_bookkeeper", EAST_STREET), a_person("community_worker", EAST_COMMUNITY)
    desk, first, paid_on = signed_in(bureau), LATER, LATER + 10 * DAY

    _is_refused(desk, health.name)
    _is_admitted(bureau, gatekeeper, first, paid_on)
    number = the_case().number
    _stands_promised(keeper, number, paid_on)

    early = letter_of(desk, asks(desk, f"{first:%m} 月台账", number))
    assert "还没有到开始的日子" in early
    on(first)
    _is_sent(signed_in(bureau), signed_in(worker), number)

    on(paid_on + DAY)
    money = signed_in(keeper)
    amber = said_in(money.get(f"/desk/money/unpaid/?area={EAST_COMMUNITY}"))
    assert LEDGER in amber
    assert f"{paid_on} 1 300.00 300.00 经费未落实" in amber
    assert asks(signed_in(bureau), "第二次", number)["Location"].endswith("/letter/") is False, "amber is still taken"

    on(paid_on + 31 * DAY)
    refused = letter_of(signed_in(bureau), asks(signed_in(bureau), "第三次", number))
    assert "经费没有到位" in refused
    assert f"应于 {paid_on} 到账，还差 300.00 元" in refused
    for area in (EAST_COMMUNITY, EAST_COMMUNITY + 1000):
        _receives(signed_in(keeper), area, number, health.pk)
    assert asks(signed_in(bureau), "第四次", number)["Location"].endswith("/letter/") is False
    with system_scope("test"):
        assert list(Sending.objects.order_by("pk").values_list("rule", flat=True)) == [
            "unlisted", "elsewhere", "admitted", "admitted", "money", "admitted",
        ]  # fmt: skip


def _is_refused(desk: Client, unit: str) -> None:
    look = said_in(asks(desk, LEDGER, LEDGER, look=True))
    assert "现在下达会被退回" in look
    answer = asks(desk, LEDGER, LEDGER)
    letter = letter_of(desk, answer)
    assert "不在社区工作事项清单里，也没有准入" in letter
    assert f"没有准入以前，由{unit}自己办" in letter
    assert "提前 20 个工作日提出；收到后 10 个工作日内答复" in letter
    assert "还没有送达" not in letter, "it is on its way"
    [form] = re.findall(
        r'href="(/desk/gate/admissions/new/\?sending=[^"]+)"', desk.get(answer["Location"]).content.decode()
    )
    begun = desk.get(form).content.decode()
    assert f'value="{LEDGER}"' in begun
    assert 'value="东湖区"' in begun, "the place is named"
    assert f'value="{earliest(EAST, today())}"' in begun
    assert "第一期经费哪天到账" in begun


def _is_admitted(bureau: User, gatekeeper: User, first: dt.date, paid_on: dt.date) -> None:
    assert (
        applied(bureau, title=LEDGER, sends=["data"], since=first.isoformat(), paid_on=paid_on.isoformat()).status_code
        == 302
    )
    assert act(gatekeeper, "hear").status_code == 302
    heard()
    assert act(gatekeeper, "gather").status_code == 302
    all_spoke()
    assert act(gatekeeper, "admit").status_code == 302
    page = said_in(signed_in(bureau).get(reverse("admission", args=[the_case().number])))
    assert "已准入" in page
    assert f"{unit_of('finance', EAST).name}同意" in page.replace(" ", "").replace("\n", "")


def _stands_promised(keeper: User, number: str, paid_on: dt.date) -> None:
    page = said_in(signed_in(keeper).get(f"/desk/money/{EAST_COMMUNITY}/{number}/{unit_of('health', EAST).pk}/"))
    for told in (LEDGER, "300.00", f"{paid_on}", f"准入 {number}", "准入时承诺的经费，第 1 期"):
        assert told in page, told


def _is_sent(desk: Client, worker: Client, number: str) -> None:
    look = said_in(asks(desk, "首月台账", number, look=True))
    assert "每处大约 40 分钟" in look
    assert "合计 1.3 小时" in look
    answer = asks(desk, "首月台账", number)
    assert "已准入的事项" not in letter_free(answer)
    page = said_in(worker.get(reverse("gate_asked")))
    assert "首月台账" in page
    assert f"已准入的事项 ：{LEDGER}" in page or f"已准入的事项：{LEDGER}" in page


def letter_free(answer: HttpResponse) -> str:
    assert answer.status_code == 302
    assert "/letter/" not in answer["Location"]
    return answer["Location"]


def _receives(money: Client, area: int, number: str, payer: int) -> None:
    given = {"amount": "300", "day": today(), "words": "第一期", "paper": "转账单 1", "key": uuid.uuid4().hex}
    assert money.post(f"/desk/money/{area}/{number}/{payer}/receive/", given).status_code == 302
