"""Messages to other systems: queued with the act, signed, tried again, never sent to this machine's own addresses."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from procrastinate.jobs import Job

from lifang.faces.api import hooks, tasks
from lifang.faces.api.actions import end_subscription, subscribe
from lifang.faces.api.models import Attempt, Delivery, Subscription
from lifang.ground import reach
from lifang.ground.access.errors import Refused
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.actions import merge
from lifang.ground.areas.rewriting import Basis
from tests.situations import (
    CITY,
    EAST,
    EAST_COMMUNITY,
    EAST_COMMUNITY_2,
    EAST_STREET,
    IN_WEST_GRID,
    PASSWORD,
    a_person,
    a_small_city,
)

from .test_api import Caller, a_desk_token, an_account, reported

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    a_small_city()


class Receiver(BaseHTTPRequestHandler):
    status = 200
    got: list[tuple[dict[str, str], bytes]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got.append((dict(self.headers), body))
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Another system on this machine, which a demonstration may speak to."""
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    Receiver.status, Receiver.got = 200, []
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook?x=1"
    server.shutdown()
    server.server_close()
    thread.join()


def a_subscription(url: str, events: list[str], area: int = EAST_STREET) -> tuple[Subscription, str]:
    manager = a_person("administrator", CITY)
    with scope_of(manager, "api.manage"):
        return subscribe(
            by=manager, user=an_account("street_desk", EAST_STREET), url=url, events=events, area=area, purpose="对接"
        )


def accepted() -> str:
    number = reported()["number"]
    assert Caller(a_desk_token(["case.read", "event.accept"])).do(number, "accept", 1).status_code == 201
    return number


def waiting() -> list[str]:
    """The jobs in the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'delivery_id' FROM procrastinate_jobs WHERE task_name = 'api.deliver' ORDER BY id"
        )
        return [row[0] for row in cursor.fetchall()]


def test_an_act_is_told_once_signed_and_without_words_of_a_person(receiver: str) -> None:
    _subscription, secret = a_subscription(receiver, ["event.accept"])
    number = accepted()
    [job] = waiting()
    tasks.deliver(delivery_id=job)
    [(headers, body)] = Receiver.got
    stamp, _comma, given = headers["Webhook-Signature"].partition(",")
    expected = hmac.new(secret.encode(), f"{stamp[2:]}.".encode() + body, hashlib.sha256).hexdigest()
    assert given == f"v1={expected}"
    assert headers["Webhook-Id"] == job
    message = json.loads(body)
    assert (message["event"], message["case"]["number"], message["case"]["state"]) == (
        "event.accept",
        number,
        "accepted",
    )
    assert "垃圾" not in body.decode()
    with system_scope("test"):
        assert Delivery.objects.get().state == "delivered"
    tasks.deliver(delivery_id=job)
    assert len(Receiver.got) == 1


def test_a_subscription_goes_on_at_the_heir_of_its_place(receiver: str) -> None:
    manager, account = a_person("administrator", CITY), an_account("community_worker", EAST_COMMUNITY)
    with scope_of(manager, "api.manage"):
        subscribe(by=manager, user=account, url=receiver, events=["event.report"], area=EAST_COMMUNITY, purpose="对接")
    with system_scope("test"):
        change = merge(
            merged=[EAST_COMMUNITY, EAST_COMMUNITY_2], name="大东风社区", code=None,
            basis=Basis(on=today(), document_number="东府发〔2026〕1 号"), by=None,
        )  # fmt: skip
    reported()
    (job,) = waiting()
    tasks.deliver(delivery_id=job)
    with system_scope("test"):
        told = Delivery.objects.get()
        assert (told.area // 1000, told.state) == (int(change.data["code"]) // 1000, "delivered")


def test_only_what_was_asked_for_and_only_from_its_place(receiver: str) -> None:
    a_subscription(receiver, ["event.close"])
    accepted()
    assert waiting() == []
    a_subscription(receiver, ["event.*"])
    accepted()
    reported(lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1])
    with system_scope("test"):
        assert {d.payload["event"] for d in Delivery.objects.all()} <= {"event.accept", "event.report"}
        assert all(d.area // 10**9 == EAST // 10**9 for d in Delivery.objects.all())


def test_a_failing_receiver_is_tried_again_and_at_last_shown_to_the_administrator(receiver: str) -> None:
    subscription, _secret = a_subscription(receiver, ["event.accept"])
    Receiver.status = 500
    number = accepted()
    [job] = waiting()
    for _i in range(tasks.ATTEMPTS - 1):
        with pytest.raises(tasks.NotDelivered):
            tasks.deliver(delivery_id=job)
    tasks.deliver(delivery_id=job)
    with system_scope("test"):
        assert Delivery.objects.get().state == "failed"
        assert [a.status for a in Attempt.objects.all()] == [500] * tasks.ATTEMPTS
    jobs = [cast(Job, _Job(n)) for n in range(3)]
    waits = [tasks.RETRY.get_retry_decision(exception=tasks.NotDelivered(), job=one) for one in jobs]
    assert len({str(wait.retry_at)[:19] for wait in waits if wait}) == 3
    client = Client()
    client.force_login(a_person("administrator", CITY))
    page = client.get("/desk/webhooks/").content.decode()
    assert "event.accept" in page
    assert number in client.get(f"/desk/webhooks/{subscription.pk}/").content.decode()
    Receiver.status = 200
    assert client.post(f"/desk/webhooks/again/{job}/").status_code == 302
    assert waiting() == [job, job]
    tasks.deliver(delivery_id=job)
    with system_scope("test"):
        assert Delivery.objects.get().state == "delivered"


class _Job:
    def __init__(self, attempts: int) -> None:
        self.attempts = attempts


def test_an_ended_subscription_and_a_lost_right_send_nothing(receiver: str) -> None:
    subscription, _secret = a_subscription(receiver, ["event.accept"])
    accepted()
    manager = a_person("administrator", CITY)
    with scope_of(manager, "api.manage"):
        end_subscription(by=manager, subscription_id=subscription.pk)
    other, _secret = a_subscription(receiver, ["event.accept"])
    accepted()
    with system_scope("test"):
        other.user.grants.all().delete()
    for job in waiting():
        tasks.deliver(delivery_id=job)
    assert Receiver.got == []
    with system_scope("test"):
        assert set(Delivery.objects.values_list("state", flat=True)) == {"failed"}


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "100.100.100.200",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "fd00:ec2::254", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_a_server_never_speaks_to_itself_or_to_what_clouds_keep_on_the_link(address: str) -> None:
    assert not reach.permitted(address)
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(hooks.Unreachable):
        hooks.send(url=f"http://{host}:9/", secret="s", delivery="d", event="e", body=b"{}")


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.1.5", "172.20.0.9", "8.8.8.8", "fd12::5", "2400:3200::1"])
def test_other_systems_of_a_city_may_be_told(address: str) -> None:
    assert reach.permitted(address)


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("ftp://a.example/", "url"),
        ("http://u:p@a.example/", "url"),
        ("nonsense", "url"),
        ("https://a.example/", "events"),
    ],
)
def test_a_subscription_that_cannot_work_is_refused(url: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        a_subscription(url, [])
    assert refused.value.field == field


def test_a_subscription_never_reaches_beyond_what_its_account_reads() -> None:
    with pytest.raises(Refused) as refused:
        a_subscription("https://a.example/", ["*"], CITY)
    assert refused.value.field == "functions"


def test_pages_of_tokens_and_subscriptions() -> None:
    manager = a_person("administrator", CITY)
    client = Client()
    client.force_login(manager)
    service = {
        "username": "svc-311", "name": "对接系统", "role": "street_desk", "area": str(EAST_STREET // 1000), "unit": "",
        "purpose": "数据共享",
    }  # fmt: skip
    other_manager = Client()
    other_manager.force_login(a_person("administrator", CITY))
    assert other_manager.post("/desk/tokens/account/", service).status_code == 302
    with system_scope("test"):
        account = type(manager).objects.get(username="svc-311")
    assert not account.has_usable_password()
    form = {
        "name": "热线", "purpose": "共享", "user": str(account.pk), "functions": ["case.read"],
        "area": str(EAST_STREET // 1000), "unit": "", "days": "30", "per_minute": "60",
    }  # fmt: skip
    page = client.post("/desk/tokens/", form).content.decode()
    secret = page.split('class="once">')[1].split("<")[0]
    assert Caller(secret).get("cases").status_code == 200
    assert secret not in client.get("/desk/tokens/").content.decode()
    wider = client.post("/desk/tokens/", {**form, "functions": ["figures.export"]})
    assert wider.status_code == 422
    assert "figures.export" in wider.content.decode()
    hook = {
        "url": "https://hooks.example/in", "events": "event.*", "area": str(EAST_STREET // 1000),
        "user": str(account.pk), "purpose": "同步",
    }  # fmt: skip
    assert 'class="once">' in client.post("/desk/webhooks/", hook).content.decode()
    other = Client()
    other.force_login(a_person("street_desk", EAST_STREET))
    assert other.get("/desk/tokens/").status_code == 404
    assert PASSWORD not in page


def test_whoever_grants_does_not_give_the_token_as_well() -> None:
    """One administrator alone comes to see no case."""
    managers = [a_person("administrator", CITY) for _i in range(2)]
    clients = [Client() for _manager in managers]
    for client, manager in zip(clients, managers, strict=True):
        client.force_login(manager)
    place = str(EAST_STREET // 1000)
    service = {"username": "svc-9", "name": "对接", "role": "street_desk", "area": place, "unit": "", "purpose": "共享"}
    assert clients[0].post("/desk/tokens/account/", service).status_code == 302
    with system_scope("test"):
        account = User.objects.get(username="svc-9")
    hook = {"url": "https://a.example/", "events": "event.*", "area": place, "user": str(account.pk), "purpose": "同步"}
    form = {
        "name": "热线", "purpose": "共享", "user": str(account.pk), "functions": ["case.read"], "area": place, "unit": "",
        "days": "30", "per_minute": "60",
    }  # fmt: skip
    for path, sent in (("tokens", form), ("webhooks", hook)):
        refused, given = (client.post(f"/desk/{path}/", sent) for client in clients)
        assert (refused.status_code, given.status_code) == (422, 200)
        assert "另一位管理员" in refused.content.decode()
    assert clients[0].post("/desk/tokens/", {**form, "functions": ["public.report"]}).status_code == 200


def test_an_account_whose_role_is_refused_is_not_kept() -> None:
    client = Client()
    client.force_login(a_person("administrator", EAST))
    service = {
        "username": "svc-8", "name": "对接", "role": "street_desk", "area": str(CITY // 1000), "unit": "", "purpose": "共享",
    }  # fmt: skip
    assert client.post("/desk/tokens/account/", service).status_code == 422
    with system_scope("test"):
        assert not User.objects.filter(username="svc-8").exists()
