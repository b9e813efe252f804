"""While a first file fills the registers, whoever asks or sends is told so, and nothing typed is lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.registry.imports import first, writing
from lifang.blocks.registry.models import Import
from lifang.blocks.registry.tests.desk import Desk
from lifang.blocks.registry.tests.situations import LIN_ROW, a_town
from lifang.faces.api.tests.test_persons import an_app
from tests.at_once import at_once, committed
from tests.situations import EAST_COMMUNITY

TYPED = {
    "name": "何梅", "phone": "13700030003", "birth": "1990-05-06", "area": str(EAST_COMMUNITY), "held_on": "2026-07-01",
    "paper": "户口簿", "reason": "新搬来<b>",
}  # fmt: skip


@pytest.fixture
def desk(django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("django.conf.settings.CONFIG.demo", True)
    monkeypatch.setattr(first, "FEWEST", 1)
    with committed(django_db_blocker, "access|api|areas|exchange|registry|trail|procrastinate"):
        town = a_town()
        yield Desk(town, town.steward)


@pytest.fixture
def worker(desk: Desk) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(desk.town.worker)
    return client


def test_a_system_with_a_token_and_a_worker_who_sends_a_form_are_told_how_long_it_takes(
    desk: Desk, worker: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = an_app(desk.town)
    app.client.raise_request_exception = False
    told: list[Any] = []
    writes = writing.Load.write

    def while_written(*given: Any) -> Any:
        told.extend(at_once(lambda: app.get("persons"), lambda: worker.post("/desk/persons/new/", TYPED)))
        return writes(*given)

    monkeypatch.setattr(writing.Load, "write", while_written)
    assert desk.taken(LIN_ROW).state == "taken"
    answer, page = told
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "正在首次整批装入居民数据，约 1 分钟后可查" in answer.json()["detail"]
    body = page.content.decode()
    assert (page.status_code, page.headers["Retry-After"]) == (503, "15")
    assert "正在首次整批装入居民数据，约 1 分钟后可查" in body
    assert "刚才提交的没有保存" in body
    assert 'action="/desk/persons/new/"' in body
    assert "新搬来&lt;b&gt;</textarea>" in body
    assert [one.name for one in desk.town.persons()] == ["林小芳"]
    assert worker.post("/desk/persons/new/", TYPED).status_code == 302


@pytest.mark.parametrize("monthly_file", [False, True])
def test_where_somebody_else_holds_the_same_the_words_speak_of_no_first_file(
    desk: Desk, worker: Client, monthly_file: bool
) -> None:
    if monthly_file:
        begun = desk.checked(LIN_ROW)
        with desk.town.all_places():
            Import.objects.filter(pk=begun.pk).update(state=Import.State.TAKING, whole=20_000)
    with connections["owner"].cursor() as other:
        other.execute("BEGIN; LOCK TABLE registry_person")
        (page,) = at_once(lambda: worker.post("/desk/persons/new/", TYPED))
        other.execute("ROLLBACK")
    assert page.status_code == 503
    body = page.content.decode()
    assert "别人正在改同一处" in body
    assert "首次" not in body
    assert "户口簿</textarea>" in body
