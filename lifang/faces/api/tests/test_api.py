"""The REST API through its public door."""

import datetime as dt
import io
import json
import re
import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lifang.blocks.cases.actions import open_case
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Act, Case
from lifang.blocks.packs import service as packs
from lifang.domains.gate.tests.situations import lawful_task
from lifang.faces.api.actions import give_token, revoke_token
from lifang.faces.api.models import ApiToken
from lifang.ground.access.errors import Refused
from lifang.ground.access.models import Role, Unit, User
from lifang.ground.access.policy import MANAGING
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.actions import Part, merge, split, undo
from lifang.ground.areas.codes import text15
from lifang.ground.areas.models import Area, SuccessionEvent  # type: ignore[attr-defined]
from lifang.ground.areas.rewriting import Basis
from lifang.ground.trail.models import Entry
from tests.situations import (
    CITY,
    EAST,
    EAST_COMMUNITY,
    EAST_COMMUNITY_2,
    EAST_GRID,
    EAST_STREET,
    IN_EAST_GRID,
    IN_WEST_GRID,
    OUTSIDE,
    WEST,
    a_person,
    a_small_city,
    unit_of,
)

pytestmark = pytest.mark.django_db
REPORT = {"category": "06010", "text": "楼下垃圾没人清", "lon": IN_EAST_GRID[0], "lat": IN_EAST_GRID[1]}


@pytest.fixture(autouse=True)
def _city() -> None:
    a_small_city()


def an_account(role: str, area: int, unit: Unit | None = None) -> User:
    user = a_person(role, area, unit)
    user.set_unusable_password()
    user.save()
    return user


def a_token(user: User, functions: list[str], area: int, unit: Unit | None = None, per_minute: int = 6000) -> str:
    manager = a_person("administrator", CITY)
    with scope_of(manager, "api.manage"):
        return give_token(
            by=manager, user=user, name="对接", purpose="测试", functions=functions, area=area, unit=unit,
            per_minute=per_minute,
        )[1]  # fmt: skip


def a_desk_token(functions: list[str], area: int = EAST_STREET) -> str:
    return a_token(an_account("street_desk", EAST_STREET, unit_of("grid_center", EAST_STREET)), functions, area)


def a_token_for_all_work(area: int = CITY) -> str:
    """Of an account that holds every function, each of which the packs keep in different hands."""
    functions = [name for name in packs.functions() if not name.startswith(MANAGING)]
    with system_scope("test"):
        Role.objects.get_or_create(code="everything", defaults={"name": "样样能办", "functions": functions})
    return a_token(an_account("everything", area), functions, area, per_minute=100_000)


class Caller:
    """Calls the API as a system with a token would."""

    def __init__(self, token: str = "", **headers: str) -> None:
        self.client = Client(headers={**({"Authorization": f"Bearer {token}"} if token else {}), **headers})

    def get(self, where: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{where}", query)

    def post(self, path: str, data: Any, key: uuid.UUID | str | None = None) -> Any:
        headers = {"Idempotency-Key": str(key or uuid.uuid4())}
        return self.client.post(f"/api/v1/{path}", data, content_type="application/json", headers=headers)

    def do(self, number: str, act: str, version: int, **data: Any) -> Any:
        return self.post(f"cases/{number}/acts", {"act": act, "version": version, "data": data})


def reported(**more: Any) -> dict[str, Any]:
    answer = Caller().post("reports", {**REPORT, **more})
    assert answer.status_code == 201, answer.content.decode()
    return answer.json()


def a_task() -> Case:
    desk = a_person("street_desk", EAST_STREET, unit_of("street_office", EAST_STREET))
    return lawful_task(desk, EAST_STREET, title="清明防火", text="逐户提醒").case


def work_that_nobody_reported() -> tuple[Case, Case]:
    """A task to two communities, and a dispute."""
    desk = Actor(None, "街道网格中心")
    task = a_task()
    with system_scope("test"):
        dispute = open_case(
            type_=packs.case_type("dispute", EAST_COMMUNITY, timezone.now()), actor=desk, at=timezone.now(), key=None,
            area=EAST_COMMUNITY, category="neighbours", source="visit", title="邻里纠纷", text="楼上漏水",
        )  # fmt: skip
    return task, dispute


def test_a_resident_reports_without_an_account_and_follows_it() -> None:
    done = reported(phone="13800000000", name="陈某")
    assert done["area"] == str(EAST_GRID)
    assert done["owner"]
    assert "《" in done["limit"]["source"]
    seen = Caller().get(f"tracking/{done['token']}").json()
    assert seen["number"] == done["number"]
    assert seen["acts"][0]["title"] == "上报"
    assert "13800000000" not in json.dumps(seen)
    assert Caller().get("tracking/" + "0" * 32).status_code == 404


def test_the_same_key_gives_the_first_answer_and_changes_nothing() -> None:
    key = uuid.uuid4()
    first = Caller().post("reports", REPORT, key)
    second = Caller().post("reports", {**REPORT, "text": "别的话"}, key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["number"] == first.json()["number"]
    assert second.json()["token"] == first.json()["token"]
    assert second.json()["repeated"] is True
    with system_scope("test"):
        assert Case.objects.count() == Act.objects.count() == 1


def test_likely_repeats_are_told_and_may_be_joined() -> None:
    first = reported()
    second = reported(text="楼下垃圾没人清理")
    assert [near["number"] for near in second["likely"]] == [first["number"]]
    joined = reported(join=first["number"])
    assert joined["number"] == first["number"]
    with system_scope("test"):
        assert Case.objects.get(number=first["number"]).voices_count == 2


def test_a_point_outside_the_city_still_goes_to_a_desk() -> None:
    done = reported(lon=OUTSIDE[0], lat=OUTSIDE[1])
    assert done["place_problem"] == "outside"
    assert done["area"] == str(CITY // 1000)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"category": "没有"}, "category"),
        ({"lon": 200}, "lon"),
        ({"lon": None}, "point"),
        ({"area": "99"}, "area"),
        ({"photos": ["0" * 64]}, "photos"),
        ({"join": "0"}, "join"),
        ({"strange": 1}, "strange"),
        ({"phone": "电话"}, "phone"),
    ],
)
def test_a_refusal_names_the_field_and_what_is_allowed(change: dict[str, Any], field: str) -> None:
    answer = Caller().post("reports", {**REPORT, **change})
    assert answer.status_code == 422, answer.content.decode()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json().get("field", "") == field
    assert answer.json()["detail"]
    with system_scope("test"):
        assert not Case.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, '"\\ud800"', "null", "[]", '{"text": NaN}'])
def test_a_body_that_is_no_report_is_refused(body: str) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answer = Client().post("/api/v1/reports", body, content_type="application/json", headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


HALF = "\ud800"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"note": f"a{HALF}"}, "data.note"),
        ({"note": {"deep": [HALF]}}, "data.note.deep"),
        ({"photos": [HALF]}, "data.photos"),
        ({HALF: "x"}, "data.\\ud800"),
        ({"note": "a\0"}, "data.note"),
        ({"photos": [10**63]}, "photos"),
        ({"photos": [None]}, "photos"),
        ({"photos": [["0" * 64]]}, "photos"),
    ],
)
def test_data_of_an_act_that_cannot_be_kept_is_refused_by_its_name(data: dict[str, Any], field: str) -> None:
    number = reported()["number"]
    answer = Caller(a_token_for_all_work()).do(number, "add_note", 1, **{"note": "说明", **data})
    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize("change", [{"text": HALF}, {HALF: "x"}, {"place_text": f"a{HALF}"}, {"area": HALF}])
def test_half_a_character_in_a_report_is_refused(change: dict[str, str]) -> None:
    answer = Caller().post("reports", {**REPORT, **change})
    assert answer.status_code == 422
    assert answer.json()["allowed"]


def test_a_report_without_a_key_is_refused() -> None:
    answer = Client().post("/api/v1/reports", REPORT, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["field"] == "Idempotency-Key"


def test_anybody_may_report_only_so_often_from_one_address() -> None:
    caller = Client(REMOTE_ADDR="203.0.113.77")
    answers = [
        caller.post("/api/v1/reports", REPORT, content_type="application/json", headers={"Idempotency-Key": "x"})
        for _i in range(31)
    ]
    assert answers[29].status_code == 422
    assert answers[30].status_code == 429
    assert 1 <= int(answers[30].headers["Retry-After"]) <= 60


def test_a_token_may_ask_only_so_often() -> None:
    token = a_token(an_account("street_desk", EAST_STREET), ["case.read"], EAST_STREET, per_minute=2)
    answers = [Caller(token).get("cases").status_code for _i in range(3)]
    assert answers == [200, 200, 429]


def test_without_sign_in_or_with_a_wrong_token_nothing_is_shown() -> None:
    number = reported()["number"]
    for caller in (Caller(), Caller("lf_wrong")):
        answer = caller.get(f"cases/{number}")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_signed_in_person_uses_the_same_api_and_needs_the_csrf_token_to_write() -> None:
    number = reported()["number"]
    desk = a_person("street_desk", EAST_STREET, unit_of("grid_center", EAST_STREET))
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk)
    assert client.get(f"/api/v1/cases/{number}").json()["text"] == REPORT["text"]
    body = {"act": "accept", "version": 1}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    refused = client.post(f"/api/v1/cases/{number}/acts", body, content_type="application/json", headers=headers)
    assert refused.status_code == 403
    assert refused.json()["field"] == "X-CSRFToken"
    client.cookies["csrftoken"] = "a" * 32
    headers["X-CSRFToken"] = "a" * 32
    done = client.post(f"/api/v1/cases/{number}/acts", body, content_type="application/json", headers=headers)
    assert done.json()["state"] == "accepted"


def test_an_initial_password_opens_nothing_here_either() -> None:
    desk = a_person("street_desk", EAST_STREET)
    with system_scope("test"):
        User.objects.filter(pk=desk.pk).update(must_change_password=True)
    client = Client()
    client.force_login(desk)
    answer = client.get("/api/v1/cases")
    assert (answer.status_code, answer.json()["allowed"]) == (403, "/accounts/password/change/")


def test_lists_turn_pages_by_cursor_and_keep_to_the_filters() -> None:
    numbers = [reported(text=f"第{n}件垃圾")["number"] for n in range(5)]
    reported(lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1])
    caller = Caller(a_desk_token(["case.read"]))
    first = caller.get("cases", limit=2).json()
    second = caller.get("cases", limit=2, cursor=first["next"]).json()
    third = caller.get("cases", limit=2, cursor=second["next"]).json()
    assert third["next"] is None
    assert [c["number"] for page in (first, second, third) for c in page["items"]] == numbers[::-1]
    assert caller.get("cases", state="accepted").json()["items"] == []
    assert len(caller.get("cases", state="reported", area=str(EAST_GRID), open="true").json()["items"]) == 5
    assert caller.get("cases", cursor="abc").json()["field"] == "cursor"
    assert caller.get("cases", area="1").status_code == 422


def test_a_list_shows_cases_of_every_type() -> None:
    """Versions of two types may be called alike."""
    number = reported()["number"]
    a_task()
    rows = Caller(a_token_for_all_work()).get("cases").json()["items"]
    assert {row["type"] for row in rows} == {"event", "task", "assignment"}
    assert number in {row["number"] for row in rows}


def test_a_list_asks_the_database_as_often_for_many_rows_as_for_few() -> None:
    token = a_desk_token(["case.read"])
    reported()
    Caller(token).get("cases")
    counts = []
    for more in (0, 6):
        for n in range(more):
            reported(text=f"第{n}件垃圾")
        with CaptureQueriesContext(connection) as queries:
            Caller(token).get("cases")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_two_people_act_at_once_and_the_second_is_told_who_and_what() -> None:
    number = reported()["number"]
    caller = Caller(a_desk_token(["case.read", "event.accept", "event.void"]))
    assert caller.do(number, "accept", 1).status_code == 201
    late = caller.do(number, "void", 1, reason="误报")
    assert late.status_code == 409
    assert late.json()["conflict"]["act"] == "受理"
    assert late.json()["conflict"]["by"]
    assert caller.get(f"cases/{number}").json()["version"] == 2


def test_an_act_is_refused_with_what_it_needs_and_repeated_without_change() -> None:
    number = reported()["number"]
    caller = Caller(a_desk_token(["case.read", "event.accept"]))
    allowed = caller.get(f"cases/{number}/allowed-acts").json()
    assert {"accept", "refuse", "correct"} <= {one["act"] for one in allowed["items"]}
    assert all(one["function"] == "event.accept" for one in allowed["items"])
    assert caller.do(number, "refuse", 1, reason="理由").json()["field"] == "refusal"
    assert caller.do(number, "dance", 1).json()["field"] == "act"
    assert caller.do(number, "void", 1, reason="误报").status_code == 403
    key = uuid.uuid4()
    body = {"act": "accept", "version": 1}
    assert caller.post(f"cases/{number}/acts", body, key).status_code == 201
    assert caller.post(f"cases/{number}/acts", body, key).status_code == 200
    assert [a["act"] for a in caller.get(f"cases/{number}/acts").json()["items"]] == ["report", "accept"]


@pytest.mark.parametrize(
    ("act", "data", "field", "allowed"),
    [
        ("rate", {"solved": True, "satisfied": True}, "act", "accept"),
        ("accept", {"strange": 1}, "strange", "note"),
        ("refuse", {"reason": "理由"}, "refusal", "、"),
        ("correct", {"reason": "理由", "urgency": "soon"}, "urgency", "urgent"),
        ("void", {}, "reason", "文字"),
    ],
)
def test_a_refusal_of_the_engine_says_what_it_would_have_taken(
    act: str, data: dict[str, Any], field: str, allowed: str
) -> None:
    number = reported()["number"]
    caller = Caller(a_token_for_all_work())
    answer = caller.do(number, act, 1, **data)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert allowed in answer.json()["allowed"]


def test_s116_a_case_goes_through_three_departments_and_is_entered_once() -> None:
    """S116: what the resident entered reaches every department; each only adds its own act."""
    number = reported()["number"]
    desk = Caller(
        a_token(
            an_account("dispatcher", EAST, unit_of("grid_center", EAST)),
            ["case.read", "event.accept", "event.file", "event.dispatch", "event.assign_part", "event.verify"],
            EAST,
        )
    )
    lead, helper, third = (unit_of(kind, EAST) for kind in ("urban_management", "sanitation", "water"))
    bodies = {
        unit.pk: Caller(
            a_token(
                an_account("dept_officer", EAST, unit),
                ["case.read", "event.handle", "event.part", "event.assign_part"],
                EAST,
                unit,
            )
        )
        for unit in (lead, helper, third)
    }
    assert bodies[helper.pk].get(f"cases/{number}").status_code == 404

    def step(caller: Caller, act: str, **data: Any) -> None:
        version = desk.get(f"cases/{number}").json()["version"]
        answer = caller.do(number, act, version, **data)
        assert answer.status_code == 201, answer.content.decode()

    step(desk, "accept")
    step(desk, "file")
    step(desk, "dispatch", unit=lead.pk)
    step(bodies[lead.pk], "receive")
    step(bodies[lead.pk], "assign_part", unit=helper.pk, duty="清运")
    step(bodies[lead.pk], "assign_part", unit=third.pk, duty="冲洗")
    for unit in (lead, helper, third):
        seen = bodies[unit.pk].get(f"cases/{number}").json()
        assert (seen["text"], seen["category"], seen["area"]) == (REPORT["text"], REPORT["category"], str(EAST_GRID))
        assert seen["point"] == {"lon": REPORT["lon"], "lat": REPORT["lat"]}
    step(bodies[helper.pk], "part_done", result="已清运")
    step(bodies[third.pk], "part_done", result="已冲洗")
    step(bodies[lead.pk], "finish", result="已清理")
    step(desk, "verify")
    acts = desk.get(f"cases/{number}/acts").json()["items"]
    assert [a["act"] for a in acts][0] == "report"
    entered = {"text", "category", "area", "point", "lon", "lat"}
    assert all(entered.isdisjoint(a["data"]) for a in acts)
    with system_scope("test"):
        assert Case.objects.count() == 1


def test_s118_a_token_reads_what_it_was_granted_and_nothing_else_and_every_read_is_logged() -> None:
    """S118: a sharing grant is per function and place; every read leaves a row."""
    east, west = reported()["number"], reported(lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1])["number"]
    shared = Caller(a_token(an_account("dispatcher", CITY), ["case.read"], EAST))
    assert shared.get(f"cases/{east}").status_code == 200
    assert shared.get(f"cases/{west}").status_code == 404
    assert [c["number"] for c in shared.get("cases").json()["items"]] == [east]
    assert shared.get("packs/value", path="grid.households_max").status_code == 403
    assert shared.do(east, "accept", 1).status_code == 403
    assert shared.post("patrol-reports", REPORT).status_code == 403
    auditor = a_person("auditor", CITY)
    with scope_of(auditor, "trail.read"):
        rows = list(Entry.objects.filter(what="api.read").order_by("pk"))
    assert [(row.function, row.kind, row.area, row.data["shown"]) for row in rows] == [
        ("case.read", "token", EAST, [east]),
        ("case.read", "token", EAST, [east]),
    ]
    assert rows[0].data["path"] == f"/api/v1/cases/{east}"


def test_a_token_follows_its_account_and_stops_when_taken_back() -> None:
    account = an_account("street_desk", EAST_STREET)
    token = a_token(account, ["case.read"], EAST_STREET)
    assert Caller(token).get("cases").status_code == 200
    with system_scope("test"):
        account.grants.all().delete()
    assert Caller(token).get("cases").status_code == 403
    other = a_token(an_account("street_desk", EAST_STREET), ["case.read"], EAST_STREET)
    manager = a_person("administrator", CITY)
    with scope_of(manager, "api.manage"):
        for row in ApiToken.objects.all():
            revoke_token(by=manager, token_id=row.pk)
    assert Caller(other).get("cases").status_code == 401


def test_a_token_goes_on_at_the_heir_of_its_place_until_that_is_undone() -> None:
    account = an_account("community_worker", EAST_COMMUNITY_2)
    machine = Caller(a_token(account, ["case.read"], EAST_COMMUNITY_2))
    assert machine.get("cases").json()["items"] == []
    with system_scope("test"):
        change = merge(
            merged=[EAST_COMMUNITY, EAST_COMMUNITY_2], name="大东风社区", code=None,
            basis=Basis(on=today(), document_number="东府发〔2026〕1 号"), by=None,
        )  # fmt: skip
        heir = int(change.data["code"])
        open_case(
            type_=packs.case_type("dispute", heir, timezone.now()), actor=Actor(None, "街道网格中心"), at=timezone.now(),
            key=None, area=heir, category="neighbours", source="visit", title="邻里纠纷", text="楼上漏水",
        )  # fmt: skip
    assert len(machine.get("cases").json()["items"]) == 1
    with system_scope("test"):
        undo(change=change, by=None)
        kept = SuccessionEvent.objects.filter(change=change.pk).values_list("old_code", flat=True)
        assert {EAST_COMMUNITY, EAST_COMMUNITY_2} <= set(kept)
    assert machine.get("cases").status_code in (200, 403)
    assert not machine.get("cases").json().get("items")


def test_a_token_of_a_unit_goes_on_as_the_unit_that_succeeded_it() -> None:
    body = unit_of("community_committee", EAST_COMMUNITY_2)
    account = an_account("community_worker", EAST_COMMUNITY_2, body)
    with system_scope("test"):
        role = Role.objects.create(
            code="of_the_unit", name="本单位的案件", functions=["case.read", "event.note"], unit_bound=True
        )
        account.grants.update(role=role, unit=body)
    machine = Caller(a_token(account, ["case.read", "event.note"], EAST_COMMUNITY_2, body))
    with system_scope("test"):
        change = merge(
            merged=[EAST_COMMUNITY, EAST_COMMUNITY_2], name="大东风社区", code=None,
            basis=Basis(on=today(), document_number="东府发〔2026〕1 号"), by=None,
        )  # fmt: skip
        heir = Unit.objects.get(area=int(change.data["code"]), kind="community_committee")
        open_case(
            type_=packs.case_type("dispute", heir.area, timezone.now()), actor=Actor(None, "街道网格中心"), unit=heir, involved=[heir.pk],
            at=timezone.now(), key=None, area=heir.area, category="neighbours", source="visit", title="邻里纠纷", text="楼上漏水",
        )  # fmt: skip
    [seen] = machine.get("cases").json()["items"]
    assert machine.do(seen["number"], "add_note", seen["version"], note="已上门").status_code == 201
    with system_scope("test"):
        assert Act.objects.latest("pk").unit_id == heir.pk
    with system_scope("test"):
        undo(change=change, by=None)
    assert not machine.get("cases").json().get("items")


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_token_of_a_unit_that_was_split_acts_as_the_one_whose_case_it_is(goes_on: bool) -> None:
    body = unit_of("community_committee", EAST_COMMUNITY_2)
    account = an_account("community_worker", EAST_COMMUNITY_2, body)
    with system_scope("test"):
        role = Role.objects.create(
            code="of_the_unit", name="本单位的案件", functions=["case.read", "event.note"], unit_bound=True
        )
        account.grants.update(role=role, unit=body)
    machine = Caller(a_token(account, ["case.read", "event.note"], EAST_COMMUNITY_2, body))
    names = ["东风2社区", "东风3社区"] if goes_on else ["东风3社区", "东风4社区", "东风5社区"]
    with system_scope("test"):
        below = [one.code for one in Area.objects.as_of(today()).children_of(EAST_COMMUNITY_2).light()]
        parts = [
            Part(name=name, code=EAST_COMMUNITY_2 if name == "东风2社区" else None, children=below[at :: len(names)])
            for at, name in enumerate(names)
        ]
        basis = Basis(on=today(), document_number="东府发〔2026〕2 号")
        change = split(code=EAST_COMMUNITY_2, basis=basis, by=None, parts=parts)
        fresh = [Unit.objects.get(pk=new) for _old, new in change.data["carried"]["units"]]
        if not goes_on:
            Unit.objects.filter(pk=body.pk).update(active=False)
        serving = [body, *fresh] if goes_on else fresh
        for unit in serving:
            open_case(
                type_=packs.case_type("dispute", unit.area, timezone.now()), actor=Actor(None, "街道网格中心"), unit=unit,
                involved=[unit.pk, account.unit_id], at=timezone.now(), key=None, area=unit.area, category="neighbours",
                source="visit", title=str(unit.area), text="楼上漏水",
            )  # fmt: skip
    seen = {one["title"]: one for one in machine.get("cases").json()["items"]}
    assert len(seen) == len(serving)
    for unit in serving:
        one = seen[str(unit.area)]
        assert machine.do(one["number"], "add_note", one["version"], note="已上门").status_code == 201
        with system_scope("test"):
            assert Act.objects.latest("pk").unit_id == unit.pk


def test_a_token_stops_when_its_days_are_over_or_its_account_is_closed() -> None:
    accounts = [an_account("street_desk", EAST_STREET) for _i in range(3)]
    tokens = [Caller(a_token(account, ["case.read"], EAST_STREET)) for account in accounts]
    with system_scope("test"):
        ApiToken.objects.filter(user=accounts[0]).update(valid=(today() - dt.timedelta(days=9), today()))
        User.objects.filter(pk=accounts[1].pk).update(is_active=False)
    assert [token.get("cases").status_code for token in tokens] == [401, 401, 200]


@pytest.mark.parametrize(
    ("functions", "area", "field"),
    [
        (["case.read"], CITY, "functions"),
        (["case.read"], WEST, "functions"),
        (["figures.export"], EAST_STREET, "functions"),
        (["api.manage"], EAST_STREET, "functions"),
        (["no.such"], EAST_STREET, "functions"),
        ([], EAST_STREET, "functions"),
    ],
)
def test_a_token_never_goes_beyond_its_account(functions: list[str], area: int, field: str) -> None:
    with pytest.raises(Refused) as refused:
        a_token(an_account("street_desk", EAST_STREET), functions, area)
    assert refused.value.field == field


def test_nobody_gives_a_token_for_another_persons_account() -> None:
    with pytest.raises(Refused) as refused:
        a_token(a_person("street_desk", EAST_STREET), ["case.read"], EAST_STREET)
    assert refused.value.field == "user"


def test_the_command_of_the_docs_says_which_account_lacks_and_gives_the_token_when_it_is_there() -> None:
    first, second = (a_person("administrator", CITY) for _i in range(2))
    asked = {"by": first.username, "account": "svc-12345", "area": text15(EAST), "purpose": "工单共享"}

    def command(function: str = "case.read", **more: str) -> str:
        told = io.StringIO()
        call_command("token", "热线", function=[function], stdout=told, **{**asked, **more})
        return told.getvalue()

    with pytest.raises(CommandError, match=r"no active account svc-12345.*/desk/tokens/"):
        command()
    client = Client()
    client.force_login(second)
    made = client.post(
        "/desk/tokens/account/",
        {"username": "svc-12345", "name": "12345 热线", "role": "supervisor", "area": "东湖区", "purpose": "工单共享"},
    )
    assert made.status_code == 302
    with pytest.raises(CommandError) as own:
        command(by=second.username)
    assert "请另一位管理员办理" in str(own.value)
    assert "Functions:" not in str(own.value)
    with pytest.raises(CommandError, match="Functions: "):
        command("no.such")
    assert command().startswith("lf_")


def test_a_token_is_given_for_a_place_by_its_name() -> None:
    client, giver = Client(), a_person("administrator", CITY)
    account = an_account("street_desk", EAST)
    client.force_login(giver)
    asked = {
        "name": "热线",
        "purpose": "共享",
        "user": account.pk,
        "functions": ["case.read"],
        "days": 90,
        "per_minute": 9,
    }
    assert client.post("/desk/tokens/", {**asked, "area": "东湖区"}).context["secret"]
    assert "没有找到「无此区」" in client.post("/desk/tokens/", {**asked, "area": "无此区"}).content.decode()


def test_the_chinese_of_the_interface_is_set_in_its_own_marks() -> None:
    for address in ("/api/openapi.json", "/api/docs"):
        said = Client().get(address).content.decode()
        assert not re.findall(r"[\u4e00-\u9fff”」）][(;,!?)].{9}|>[(;,].{9}|.{9}[(;,][\u4e00-\u9fff]", said), address


def test_places_are_public_and_dated() -> None:
    caller = Caller()
    assert [p["name"] for p in caller.get("areas", parent=str(CITY // 1000)).json()["items"]] == ["东湖区", "西湖区"]
    assert caller.get("areas", parent=str(CITY // 1000), on="2019-01-01").json()["items"] == []
    assert caller.get("areas/at", lon=IN_EAST_GRID[0], lat=IN_EAST_GRID[1]).json()["governance"]["code"] == str(
        EAST_GRID
    )
    assert caller.get("areas/at", lon=OUTSIDE[0], lat=OUTSIDE[1]).json()["problem"] == "outside"
    assert caller.get("areas/search", q="东湖").json()["items"][0]["code"] == str(EAST // 1000)
    assert caller.get(f"areas/{EAST_GRID}").json()["layer"] == "governance"
    assert caller.get("areas/110101").status_code == 404


def test_figures_explain_themselves_and_keep_to_the_place() -> None:
    reported()
    reported(lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1])
    caller = Caller(a_desk_token(["figures.read"]))
    found = caller.get("figures", area=str(EAST_STREET // 1000)).json()
    figures = {one["name"]: one for one in found["items"]}
    assert figures["reported"]["value"] == 1
    assert all(one["formula"] for one in found["items"])
    rates = [one for one in found["items"] if one["unit"] == "percent"]
    assert rates
    assert all(one["source"] and (one["denominator"] or one["reason"]) for one in rates)
    by = caller.get("figures", area=str(EAST_STREET // 1000), by="category", name="reported").json()["items"]
    assert [(one["key"], one["value"]) for one in by] == [("06010", 1)]
    assert caller.get("figures", area=str(CITY // 1000)).status_code == 404
    assert (
        caller.get("figures", area=str(EAST_STREET // 1000), since="2026-02-01", until="2026-01-01").status_code == 422
    )


def test_rules_answer_with_their_source() -> None:
    caller = Caller(a_desk_token(["pack.read"]))
    found = caller.get("packs/categories/06010").json()
    assert found["limits"]
    assert all(limit["document"] and limit["clause"] for limit in found["limits"])
    assert caller.get("packs/value", path="no.such").status_code == 422
    assert Caller().get("categories/suggest", text="楼下垃圾堆成山").json()["items"]


def test_other_methods_and_addresses_are_refused_as_problems() -> None:
    for answer, status in (
        (Client().delete("/api/v1/reports"), 405),
        (Client().get("/api/v1/nothing"), 404),
        (Client().post("/api/v2/x"), 404),
    ):
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_description_and_its_page() -> None:
    schema = Client().get("/api/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    page = Client().get("/api/docs").content.decode()
    assert all(path in page for path in schema["paths"])
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_description_speaks_english_to_those_who_ask_for_it() -> None:
    english = Client(headers={"Accept-Language": "en"})
    assert english.get("/api/openapi.json").json()["paths"]["/api/v1/reports"]["post"]["summary"] == "Report an event"
    assert Client().get("/api/openapi.json").json()["paths"]["/api/v1/reports"]["post"]["summary"] == "上报一个事件"
    assert not re.search("[\u4e00-\u9fff]", english.get("/api/openapi.json").content.decode())
    answer = english.post("/api/v1/reports", {**REPORT, "text": ""}, content_type="application/json")
    assert not re.search("[\u4e00-\u9fff]", answer.content.decode())
