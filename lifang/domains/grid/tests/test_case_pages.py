"""The desk's list and page of cases, through the browser's door."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lifang.blocks.cases.models import Case
from lifang.domains.gate.tests.situations import lawful_task
from lifang.domains.grid.tests.situations import (
    City,
    reported,
    to_closed,
    to_dispatched,
    to_filed,
    to_handled,
    to_handling,
)
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.models import Entry
from tests.situations import EAST_STREET, IN_WEST_GRID


def signed_in(city: City, person: str) -> Client:
    client = Client()
    client.force_login(city.people[person])
    return client


def now() -> dt.datetime:
    return timezone.now() - dt.timedelta(minutes=70)


def page(client: Client, case: Case, **asked: str) -> str:
    answer = client.get(reverse("case", args=[case.number]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, case: Case, act: str, /, version: int | None = None, **data: Any) -> Any:
    key = data.pop("key", str(uuid.uuid4()))
    return client.post(
        reverse("case", args=[case.number]),
        {"act": act, "version": version or case.version, "key": key, **data},
    )


def test_the_page_offers_exactly_the_acts_of_the_person(city: City) -> None:
    case = to_dispatched(city, at=now())
    shown = {
        person: set(re.findall(r'id="act-(\w+)"', page(signed_in(city, person), case)))
        for person in ("urban", "dispatcher", "auditor", "supervisor")
    }
    assert {"receive", "return", "assign_part"} <= shown["urban"]
    assert "recall" in shown["dispatcher"]
    assert "receive" not in shown["dispatcher"]
    assert shown["auditor"] == set()
    assert shown["supervisor"] == {"supervise", "add_note"}


def test_the_form_of_an_act_comes_when_it_is_opened(city: City) -> None:
    case = to_dispatched(city, at=now())
    client, address = signed_in(city, "urban"), reverse("case", args=[case.number])
    assert 'id="return_clause"' not in page(client, case)
    assert 'id="act-return" open' in page(client, case, act="return")
    assert 'id="return_clause"' in page(client, case, act="return")
    assert 'id="act-void"' not in page(client, case, act="void")
    by_itself = client.get(address, {"act": "return", "version": case.version}, headers={"HX-Request": "true"})
    assert by_itself.status_code == 200
    assert by_itself.content.decode().startswith("<form")
    assert 'id="return_clause"' in by_itself.content.decode()


@pytest.mark.parametrize("act", ["return", "receive", "void", ""])
def test_a_form_is_not_opened_on_a_case_that_went_on_meanwhile(city: City, act: str) -> None:
    case = to_dispatched(city, at=now())
    seen = case.version
    city.do("urban", case, "receive")
    answer = signed_in(city, "urban").get(
        reverse("case", args=[case.number]), {"act": act, "version": seen}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 409
    assert "查看最新状态" in answer.content.decode()
    assert "<form" not in answer.content.decode()


def test_an_act_is_done_and_the_page_says_so(city: City) -> None:
    case = to_dispatched(city, at=now())
    client = signed_in(city, "urban")
    answer = send(client, case, "receive")
    assert answer.status_code == 302
    assert city.refresh(case).state == "handling"
    assert "签收" in page(client, case)


def test_a_repeated_send_changes_nothing(city: City) -> None:
    case = to_dispatched(city, at=now())
    client, key = signed_in(city, "urban"), str(uuid.uuid4())
    for _try in range(2):
        assert send(client, case, "receive", version=4, key=key).status_code == 302
    assert city.refresh(case).version == 5


def test_who_comes_second_keeps_what_was_typed(city: City) -> None:
    case = to_handling(city, at=now())
    client = signed_in(city, "dispatcher")
    city.do("urban", case, "add_note", note="已到现场")
    answer = send(client, case, "hang_up", version=case.version - 1, reason="雨停了再挖", until="2099-01-01")
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "补充说明" in body
    assert "雨停了再挖" in body
    assert "2099-01-01" in body
    assert city.refresh(case).state == "handling"
    version = re.search(r'name="version" value="(\d+)"', body)
    assert version
    assert int(version[1]) == case.version
    city.do("urban", case, "finish", result="办好了")
    gone = send(client, case, "hang_up", version=case.version - 1, reason="雨停了再挖", until="2099-01-01")
    assert gone.status_code == 409
    assert "雨停了再挖" in gone.content.decode()


def test_what_is_wrong_is_said_at_its_field(city: City) -> None:
    case = to_dispatched(city, at=now())
    answer = send(signed_in(city, "urban"), case, "return", reason="不归我们管")
    body = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="return_clause_error"' in body
    assert "不归我们管" in body


@pytest.mark.parametrize(("person", "act"), [("auditor", "receive"), ("grid", "dispatch"), ("market", "receive")])
def test_without_the_function_nothing_is_done(city: City, person: str, act: str) -> None:
    case = to_dispatched(city, at=now())
    answer = send(signed_in(city, person), case, act)
    assert answer.status_code in (403, 404, 422)
    assert city.refresh(case).state == "dispatched"


def test_a_case_elsewhere_looks_as_if_it_did_not_exist_and_the_attempt_is_kept(city: City) -> None:
    case = reported(now(), lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1]).case
    client = signed_in(city, "street")
    asked = [
        client.get(reverse("case", args=[case.number])),
        client.get(reverse("case_slip", args=[case.number])),
        client.get(reverse("case_photo", args=[case.number, 1])),
        client.post(reverse("case_contact", args=[case.number]), {"place": "0", "purpose": "回访"}),
        send(client, case, "accept"),
    ]
    assert [answer.status_code for answer in asked] == [404] * 5
    assert case.number not in client.get(reverse("cases")).content.decode()
    with system_scope("test"):
        kept = Entry.objects.filter(what="case.foreign", object_id=case.number)
        assert {row.user_id for row in kept} == {city.people["street"].pk}
        assert len(kept) == 5


def test_who_reads_a_case_without_the_function_is_refused_alike_at_desk_and_phone(city: City) -> None:
    case = to_filed(city, at=now())
    client = signed_in(city, "auditor")
    for address in (reverse("case", args=[case.number]), reverse("field:case", args=[case.number])):
        answer = client.post(address, {"act": "dispatch", "version": case.version, "key": str(uuid.uuid4())})
        assert answer.status_code == 403, address
        assert "没有办理「派遣」的权限" in answer.content.decode()
    assert city.refresh(case).state == "filed"


def test_the_contact_is_masked_until_asked_for_with_a_purpose(city: City) -> None:
    done = reported(now(), phone="13812345678", name="张三丰")
    case, client = done.case, signed_in(city, "street")
    body = page(client, case)
    assert "138****5678" in body
    assert "张**" in body
    for secret in ("13812345678", "张三丰", done.token):
        assert secret not in body
    address = reverse("case_contact", args=[case.number])
    assert client.post(address, {"place": "0"}).status_code == 422
    shown = client.post(address, {"place": "0", "purpose": "核实情况"})
    assert "13812345678" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    with system_scope("test"):
        entry = Entry.objects.get(what="contact.shown")
    assert (entry.user_id, entry.object_id, entry.data["purpose"]) == (
        city.people["street"].pk,
        case.number,
        "核实情况",
    )
    assert signed_in(city, "grid").post(address, {"place": "0", "purpose": "核实情况"}).status_code == 404
    assert client.get(address).status_code == 405


def test_both_grids_are_shown_with_who_answers_for_them(city: City) -> None:
    """proves: S199"""
    body = page(signed_in(city, "street"), reported(now()).case)
    assert "治理网格" in body
    assert "建管网格" in body
    assert city.people["grid"].name in body
    nowhere = reported(now(), lon=None, lat=None).case
    assert body.count("没有登记责任人") + body.count("这里没有这一层网格") < 2
    assert page(signed_in(city, "dispatcher"), nowhere).count("这里没有这一层网格") == 2


def test_queues_hold_what_the_person_may_act_on(city: City) -> None:
    one, two, three = reported(now()).case, to_filed(city, at=now()), to_handled(city, at=now())
    far = reported(now(), lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1]).case
    expected = {
        ("street", "accept"): {one}, ("dispatcher", "accept"): {one, far}, ("street", "dispatch"): {two},
        ("grid", "verify"): {three}, ("urban", "handle"): set(), ("auditor", "accept"): set(),
    }  # fmt: skip
    for (person, queue), cases in expected.items():
        body = signed_in(city, person).get(reverse("cases"), {"queue": queue}).content.decode()
        assert set(re.findall(r"\d{6}-\d{6}-\d", body)) == {c.number for c in cases}, (person, queue)
    assert "queue=accept" not in signed_in(city, "auditor").get(reverse("cases")).content.decode()


def listed(client: Client, **filters: Any) -> list[str]:
    body = client.get(reverse("cases"), filters).content.decode()
    return re.findall(r'<th scope="row"[^>]*><a href="[^"]+">([\d-]+)</a>', body)


def test_filters_and_words(city: City) -> None:
    one = reported(now(), text="桥洞下面积水很深").case
    two = to_handling(city, at=now(), text="烧烤摊油烟")
    city.do("supervisor", two, "supervise", reason="多次反映")
    client = signed_in(city, "dispatcher")
    assert listed(client) == [two.number, one.number]
    assert listed(client, q="积水") == [one.number]
    assert listed(client, q="积水很深") == [one.number]
    assert listed(client, q="积水 烧烤") == []
    assert listed(client, q=one.number.replace("-", "")) == [one.number]
    assert listed(client, state="handling") == [two.number]
    assert listed(client, supervised="1") == [two.number]
    assert listed(client, unit=city.unit("urban")) == [two.number]
    assert listed(client, area=EAST_STREET, source="web") == [two.number, one.number]
    assert listed(client, area=10**15 - 1) == listed(client, category="nothing") == []
    assert listed(signed_in(city, "urban")) == [two.number]
    assert listed(signed_in(city, "urban"), q="积水") == []
    for nonsense in ("'", "\\", "!&|", "a" * 300, "%s", "🦊"):
        assert client.get(reverse("cases"), {"q": nonsense, "after": nonsense, "unit": nonsense}).status_code == 200


@pytest.mark.parametrize("person", ["dispatcher", "street"])
def test_pages_by_key_go_forth_and_back(city: City, person: str) -> None:
    numbers = [reported(now() + dt.timedelta(seconds=n // 2)).case.number for n in range(120)]
    client = signed_in(city, person)
    seen, answer = [], client.get(reverse("cases"))
    for _page in range(3):
        body = answer.content.decode()
        seen += re.findall(r'<th scope="row"[^>]*><a href="[^"]+">([\d-]+)</a>', body)
        following = re.search(r'href="(\?[^"]+)" rel="next"', body)
        if following:
            answer = client.get(reverse("cases") + following[1].replace("&amp;", "&"))
    assert seen == numbers[::-1]
    before = re.search(r'href="(\?[^"]+)" rel="prev"', body)
    assert before
    back = client.get(reverse("cases") + before[1].replace("&amp;", "&")).content.decode()
    assert re.findall(r'<th scope="row"[^>]*><a href="[^"]+">([\d-]+)</a>', back) == numbers[::-1][50:100]


def test_a_narrow_list_by_place_and_state_is_the_same_list(city: City) -> None:
    one, two = reported(now()).case, to_handling(city, at=now())
    reported(now(), lon=IN_WEST_GRID[0], lat=IN_WEST_GRID[1])
    for person in ("street", "dispatcher"):
        client = signed_in(city, person)
        assert listed(client, area=EAST_STREET) == [two.number, one.number]
        assert listed(client, area=EAST_STREET, state="reported") == [one.number]
        assert listed(client, area=EAST_STREET, state="open") == [two.number, one.number]
        assert listed(client, area=EAST_STREET, state="archived") == []
    assert listed(signed_in(city, "other_street"), area=EAST_STREET) == []


def queries_of(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_queries_do_not_grow_with_rows(city: City) -> None:
    client = signed_in(city, "dispatcher")
    case = to_handling(city, at=now())
    few = {url: queries_of(client, url) for url in (reverse("cases"), reverse("case", args=[case.number]))}
    for n in range(30):
        reported(now() + dt.timedelta(seconds=n))
        city.do("urban", case, "add_note", note=f"第 {n} 次")
    for unit in ("market", "fire", "water"):
        city.do("urban", case, "assign_part", unit=city.unit(unit), duty="协助")
    for url, number in few.items():
        assert queries_of(client, url) == number
    assert few[reverse("cases")] <= 18
    assert few[reverse("case", args=[case.number])] <= 30


def test_the_export_is_in_the_trail_and_holds_no_formula(city: City) -> None:
    case = reported(now(), text="=HYPERLINK(1)").case
    client = signed_in(city, "street")
    answer = client.post(reverse("cases_export"), {"state": "reported", "csrfmiddlewaretoken": "secret"})
    text = answer.content.decode("utf-8-sig")
    assert case.number in text
    assert "'=HYPERLINK(1)" in text
    with system_scope("test"):
        assert Entry.objects.get(what="case.export").data == {"filters": "state=reported", "rows": 1}
    assert signed_in(city, "grid").post(reverse("cases_export")).status_code == 404


def test_the_slip_prints_the_link_only_where_the_token_is_known(city: City) -> None:
    done = reported(now())
    client = signed_in(city, "street")
    plain = client.get(reverse("case_slip", args=[done.case.number])).content.decode()
    assert "data:image/svg" not in plain
    known = client.get(reverse("case_slip", args=[done.case.number]), {"t": done.token}).content.decode()
    assert "data:image/svg" in known
    wrong = client.get(reverse("case_slip", args=[done.case.number]), {"t": "0" * 32}).content.decode()
    assert "data:image/svg" not in wrong


def test_likely_duplicates_are_offered_for_merging(city: City) -> None:
    one, two = reported(now()).case, reported(now()).case
    client = signed_in(city, "street")
    body = page(client, two)
    assert "可能是同一件" in body
    assert one.number in body
    assert send(client, two, "merge", case=one.number).status_code == 302
    assert city.refresh(two).state == "duplicate"
    assert one.number in page(client, two)


def test_a_closed_case_shows_its_clocks_as_ended(city: City) -> None:
    body = page(signed_in(city, "dispatcher"), to_closed(city, at=now()))
    assert "按时完成" in body
    assert "用时" in body


def test_an_extension_is_granted_in_the_unit_of_the_limit_alone(city: City) -> None:
    case = to_handling(city, at=now())
    city.do("urban", case, "ask_extension", reason="下雨", limit="4 work_hours")
    desk = signed_in(city, "dispatcher")
    form = page(desk, case, act="grant_extension").split('value="grant_extension"')[1].split("</form>")[0]
    assert re.findall(r'<option value="(\w+)"', form) == ["work_hours"]
    answer = send(desk, case, "grant_extension", limit_0="1", limit_1="working_days")
    assert answer.status_code == 422
    assert "延期也要按同样的单位" in answer.content.decode()
    assert send(desk, case, "grant_extension", limit_0="3", limit_1="work_hours").status_code == 302


def test_who_must_answer_a_request_finds_the_answers_first(city: City) -> None:
    case = to_handling(city, at=now())
    client = signed_in(city, "dispatcher")
    assert 'id="act-grant_extension"' not in page(client, case)
    city.do("urban", case, "ask_extension", reason="要和市场监管一起到场", limit={"amount": 1, "unit": "work_hours"})
    for address in (reverse("case", args=[case.number]), reverse("field:case", args=[case.number])):
        offered = re.findall(r'id="act-(\w+)"|(class="act-more")', client.get(address).content.decode())
        assert [name for name, _more in offered][:2] == ["grant_extension", "refuse_extension"], address


def test_what_the_city_sends_down_does_not_fill_the_list_of_events(city: City) -> None:
    event = reported(now()).case
    task = lawful_task(city.people["street"], EAST_STREET).case
    with system_scope("test"):
        [sent, *_others] = Case.objects.filter(parent=task).order_by("area")
    for person in ("dispatcher", "street"):
        client = signed_in(city, person)
        for narrowed in ({}, {"state": "open"}, {"area": EAST_STREET}):
            assert listed(client, **narrowed) == [event.number], (person, narrowed)
    assert sent.number in listed(signed_in(city, "worker"), queue="task")


def test_an_officer_finds_the_same_cases_at_the_desk_on_the_phone_and_through_the_api(city: City) -> None:
    """What was handed back is found by its number and stands in no list."""
    mine, handed_back = to_dispatched(city, at=now()), to_dispatched(city, at=now())
    city.do("urban", handed_back, "return", clause="职责清单第三条", reason="不归我们")
    client = signed_in(city, "urban")
    assert listed(client) == [mine.number]
    assert [row["number"] for row in client.get("/api/v1/cases").json()["items"]] == [mine.number]
    found = client.get("/field/search/", {"q": "水果"}).content.decode()
    assert (mine.number in found, handed_back.number in found) == (True, False)
    assert client.get(reverse("case", args=[handed_back.number])).status_code == 200
    assert client.get(f"/api/v1/cases/{handed_back.number}").status_code == 200
