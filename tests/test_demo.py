"""Loading the demo city with its own command: what broke off is gone on with, and what is there is left alone."""

import io
from collections.abc import Callable

import pytest
from django.core.management import call_command

from lifang.blocks.cases.models import Case
from lifang.demo import load
from lifang.demo.management.commands import demo
from lifang.domains.gate.tests.situations import sent
from lifang.domains.grid.tests.situations import build_city, reported
from lifang.ground.access.models import User
from lifang.ground.access.scope import system_scope
from tests.situations import EAST, EAST_STREET, a_person, unit_of

pytestmark = pytest.mark.django_db
STEPS = [name for name in vars(load) if name.startswith(("make_", "give_", "live"))]


class BrokeOff(Exception):
    pass


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps in the small city that ran, which do no more than is needed to tell them apart."""
    done: list[str] = []
    build_city()

    def people() -> None:
        for name in ("wangge", "shuju", "shequ", "kuaiji"):
            User.objects.get_or_create(username=name)

    what: dict[str, Callable[[], object]] = {
        "make_people": people, "live": lambda: reported(),
        "make_admissions": lambda: sent(a_person("dept_officer", EAST, unit_of("civil_affairs", EAST)), matter="assist_elder_visit"),
    }  # fmt: skip

    def step(name: str) -> Callable[..., list[str]]:
        def run(*_args: object) -> list[str]:
            done.append(name)
            if name in what:
                what[name]()
            return []

        return run

    for name in STEPS:
        monkeypatch.setattr(load, name, step(name))
    monkeypatch.setattr(load, "OTHERS", ())
    monkeypatch.setattr(load, "HOME_STREET", EAST_STREET)
    monkeypatch.setattr(demo, "prepare", lambda verbosity: None)
    for name in ("start", "stop"):
        monkeypatch.setattr(demo.embedded, name, lambda _data: False)
    return done


def commanded() -> str:
    out = io.StringIO()
    call_command("demo", "--load-only", stdout=out)
    return out.getvalue()


def test_a_load_that_broke_off_is_gone_on_with_and_says_so(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_args: object) -> None:
        raise BrokeOff

    with monkeypatch.context() as broken:
        broken.setattr(load, "make_counter", breaks)
        with pytest.raises(BrokeOff):
            commanded()
    with system_scope("test"):
        assert not Case.objects.filter(type="event").exists(), "a step is whole or not there"
    assert "make_certificates" not in ran
    ran.clear()
    assert "was not loaded to its end" in commanded()
    assert set(ran) == set(STEPS)
    with system_scope("test"):
        assert Case.objects.filter(type="event").count() == 1
    ran.clear()
    assert "Loading" not in commanded()
    assert not ran


def test_a_city_s_own_database_is_left_alone(ran: list[str]) -> None:
    sent(a_person("dept_officer", EAST, unit_of("civil_affairs", EAST)), matter="assist_elder_visit")
    assert "Loading" not in commanded()
    assert not ran
