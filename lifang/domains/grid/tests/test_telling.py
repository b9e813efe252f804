"""Who is told of an act, through the job that follows it; and what becomes of a push that fails."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Act, Case
from lifang.blocks.cases.telling import nearest, tell
from lifang.domains.grid.actions import Report, report_event
from lifang.ground.access.models import User
from lifang.ground.access.scope import EVERYWHERE, Scope, scope_of, system_scope, within_scope
from lifang.ground.jobs import queries as jobs
from lifang.ground.jobs.models import Trouble
from lifang.ground.jobs.words import TITLES
from lifang.ground.notices.models import Notice
from lifang.ground.notices.queries import unread
from lifang.ground.notices.tasks import NotPushed, push
from tests import situations


@pytest.fixture
def case(db: None) -> Case:
    situations.a_small_city()
    lon, lat = situations.IN_EAST_GRID
    with within_scope(Scope("public.report", (EVERYWHERE,))):
        return report_event(report=Report(category="06010", text="垃圾成堆", lon=lon, lat=lat), actor=Actor()).case


def _act(case: Case, person: User, act: str, function: str, **data: object) -> Act:
    with scope_of(person, function):
        return apply(case_id=case.pk, act=act, version=None, actor=Actor(person.pk, person.name), data=data)


def _queued(task: str) -> list[dict[str, object]]:
    return list(
        ProcrastinateJob.objects.filter(task_name=task, status="todo").order_by("pk").values_list("args", flat=True)
    )


def _run_tells() -> None:
    for asked in _queued("cases.tell"):
        tell(**asked)


def _titles(user: User) -> list[str]:
    with within_scope(Scope("notice.read", user_id=user.pk)):
        return list(Notice.objects.order_by("pk").values_list("title", flat=True))


def test_reporting_queues_nothing(case: Case) -> None:
    assert _queued("cases.tell") == []


def test_dispatch_tells_the_owners_officers_and_nobody_else(case: Case) -> None:
    unit = situations.unit_of("sanitation", situations.EAST)
    officer = situations.a_person("dept_officer", situations.EAST, unit)
    other = situations.a_person("dept_officer", situations.EAST, situations.unit_of("water", situations.EAST))
    desk = situations.a_person("dispatcher", situations.EAST)
    for act in ("accept", "file"):
        _act(case, desk, act, f"event.{act}")
    _act(case, desk, "dispatch", "event.dispatch", unit=unit.pk)
    _run_tells()
    assert [t.split("：")[0] for t in _titles(officer)] == ["派遣"]
    assert _titles(other) == []
    assert _titles(desk) == []


def test_a_return_tells_the_nearest_dispatcher(case: Case) -> None:
    unit = situations.unit_of("sanitation", situations.EAST)
    officer = situations.a_person("dept_officer", situations.EAST, unit)
    far, near = (
        situations.a_person("dispatcher", situations.CITY),
        situations.a_person("street_desk", situations.EAST_STREET),
    )
    for act in ("accept", "file"):
        _act(case, near, act, f"event.{act}")
    _act(case, near, "dispatch", "event.dispatch", unit=unit.pk)
    _act(case, officer, "return", "event.handle", clause="三定方案第二条", reason="不属本单位")
    _run_tells()
    assert [t.split("：")[0] for t in _titles(near)] == ["退单"]
    assert _titles(far) == []
    with system_scope("test"):
        assert nearest("event.dispatch", situations.WEST_GRID) == [far.pk]


def test_the_bell_counts_and_reading_empties_it(case: Case, client) -> None:  # type: ignore[no-untyped-def]
    person = situations.a_person("caller", situations.CITY)
    with system_scope("test"):
        Notice.objects.bulk_create([Notice(user=person, title=f"第 {n} 条", url="/desk/notices/") for n in range(3)])
    assert unread(person) == 3
    client.force_login(person)
    page = client.get("/desk/notices/")
    assert 'aria-label="通知，3 条未读"' in page.content.decode()
    first = page.context["rows"][0]
    assert client.post(f"/desk/notices/{first.pk}/open/")["Location"] == "/desk/notices/"
    assert unread(person) == 2
    client.post("/desk/notices/read/")
    assert unread(person) == 0


def test_nobody_opens_the_notices_of_others(case: Case, client) -> None:  # type: ignore[no-untyped-def]
    owner, other = situations.a_person("caller", situations.CITY), situations.a_person("caller", situations.CITY)
    with system_scope("test"):
        notice = Notice.objects.create(user=owner, title="给本人的", url="/desk/")
    client.force_login(other)
    assert client.post(f"/desk/notices/{notice.pk}/open/").status_code == 404
    assert "给本人的" not in client.get("/desk/notices/").content.decode()


class _Receiver(BaseHTTPRequestHandler):
    got: list[dict[str, str]] = []
    answer = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got.append(json.loads(body))
        self.send_response(type(self).answer)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A gateway on this machine, to which only a demonstration speaks."""
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    _Receiver.got, _Receiver.answer = [], 200
    server = HTTPServer(("127.0.0.1", 0), _Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}/secret-token"
    server.shutdown()
    server.server_close()


def _notice(address: str) -> Notice:
    person = situations.a_person("caller", situations.CITY)
    User.objects.filter(pk=person.pk).update(notify_url=address)
    with system_scope("test"):
        return Notice.objects.create(
            user=person, title="派遣：暴露垃圾", body="永宁路 8 号 · 王大妈 13812345678 说", url="/desk/events/1/"
        )


def test_a_notice_is_pushed_to_the_persons_own_address(case: Case, receiver: str) -> None:
    push(notice_id=_notice(receiver).pk)
    assert _Receiver.got[0]["title"] == "派遣：暴露垃圾"
    assert "/desk/events/1/" in _Receiver.got[0]["message"]
    assert not any(word in json.dumps(_Receiver.got, ensure_ascii=False) for word in ("永宁路", "王大妈", "138"))


def test_a_push_that_fails_says_so_without_the_address(case: Case, receiver: str) -> None:
    _Receiver.answer = 500
    with pytest.raises(NotPushed) as failed:
        push(notice_id=_notice(receiver).pk)
    assert "secret-token" not in str(failed.value)
    assert push.retry_strategy.max_attempts == 5  # type: ignore[union-attr]


def test_every_job_has_a_title_in_words() -> None:
    ours = {name for name in app.tasks if not name.startswith(("builtin", "procrastinate"))}
    assert ours == set(TITLES)


def test_a_failed_job_is_shown_in_words_and_put_back(case: Case, client) -> None:  # type: ignore[no-untyped-def]
    job_id = push.defer(notice_id=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job_id])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed', attempts = 5 WHERE id = %s", [job_id])
    Trouble.objects.create(job_id=job_id, task="notices.push", error="NotPushed: 没有收下消息")
    client.force_login(situations.a_person("administrator", situations.CITY))
    page = client.get("/desk/admin/jobs/").content.decode()
    assert "向个人提醒地址推送" in page
    assert "没有收下消息" in page
    assert client.post(f"/desk/admin/jobs/{job_id}/retry/").status_code == 302
    assert jobs.jobs("failed") == []
    assert jobs.counts()["todo"] >= 1
    assert client.post(f"/desk/admin/jobs/{job_id}/retry/").status_code == 404
