"""The slip for a demand that nobody may meet."""

import datetime as dt

import pytest

from lifang.blocks.cases.models import Case
from lifang.domains.certificates.models import Certificate
from lifang.domains.certificates.pages import one
from lifang.domains.certificates.tests.situations import Window
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import system_scope

pytestmark = pytest.mark.django_db


def test_it_cites_the_rule_of_the_day_here_also_in_the_small_hours(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, asked = window.client(), set()
    typed = {"kind": "refuse_alive", "body": "某人寿保险公司", "purpose": "领年金", "name": "老周"}
    client.post("/desk/certificates/unlisted/", typed)
    with system_scope("test"):
        Case.objects.update(opened_at=midnight(today()) + dt.timedelta(hours=1))
        number = Certificate.objects.get().number

    def listed(_area: int, day: dt.date) -> dict[str, object]:
        asked.add(day)
        return {}

    monkeypatch.setattr(one.kinds, "listed", listed)
    assert client.get(f"/desk/certificates/{number}/slip/").status_code == 200
    assert asked == {today()}
