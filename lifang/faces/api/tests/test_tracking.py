"""Following a case by its own link through the API: what several reporters of one case may do to it."""

from typing import Any

import pytest

from lifang.blocks.cases.models import Voice
from lifang.ground.access.scope import system_scope
from tests.situations import a_small_city

from .test_api import Caller, a_token_for_all_work, reported

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    a_small_city()


def closed(number: str) -> None:
    """Dealt with on the spot, checked and closed."""
    desk = Caller(a_token_for_all_work())
    for act, data in (("settle", {"result": "已清理"}), ("verify", {}), ("close", {})):
        version = desk.get(f"cases/{number}").json()["version"]
        answer = desk.do(number, act, version, **data)
        assert answer.status_code == 201, answer.content.decode()


def by_link(token: str, act: str, **data: Any) -> Any:
    version = Caller().get(f"tracking/{token}").json()["version"]
    return Caller().post(f"tracking/{token}/acts", {"act": act, "version": version, "data": data})


def allowed(token: str) -> set[str]:
    return {one["act"] for one in Caller().get(f"tracking/{token}").json()["allowed"]}


def test_one_of_several_reporters_does_not_withdraw_the_case_of_all() -> None:
    first = reported()
    assert "withdraw" in allowed(first["token"])
    second = reported(join=first["number"])
    for token in (first["token"], second["token"]):
        assert allowed(token) == {"supplement"}
        assert by_link(token, "withdraw").status_code == 422
    assert by_link(second["token"], "supplement", text="现在更多了").status_code == 201
    assert Caller().get(f"tracking/{first['token']}").json()["is_open"]


def test_each_reporter_rates_once_for_themselves() -> None:
    first = reported()
    second = reported(join=first["number"])
    closed(first["number"])
    answers = {"solved": True, "satisfied": True}
    assert "rate" in allowed(first["token"])
    assert by_link(first["token"], "rate", **answers).status_code == 201
    assert "rate" not in allowed(first["token"])
    assert by_link(first["token"], "rate", **answers).status_code == 422
    assert (
        by_link(second["token"], "rate", solved=False, satisfied=False, dissatisfaction="not_solved").status_code == 201
    )
    with system_scope("test"):
        kept = dict(Voice.objects.values_list("token", "satisfied"))
    assert kept == {first["token"]: True, second["token"]: False}
