"""Following a report by its link, and only by its link."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lifang.blocks.cases.models import Act, Case, Photo, Voice
from lifang.domains.grid.tests import test_report
from lifang.domains.grid.tests.situations import City
from lifang.domains.grid.tests.test_report import LON, WORDS, an_upload, hidden, send
from lifang.ground.access import limits
from lifang.ground.access.scope import system_scope

pytestmark = pytest.mark.django_db

PHONE = "138 0000 1234"


def token_of(sent: Any) -> str:
    return str(sent.url.split("/")[2])


def a_followed_report(client: Client, **more: Any) -> tuple[Case, str]:
    token = token_of(send(client, **more))
    with system_scope("test"):
        return Voice.objects.select_related("case").get(token=token).case, token


def seen(client: Client, token: str) -> str:
    return str(client.get(f"/t/{token}/").content.decode())


def do(client: Client, token: str, act: str, version: int, **data: Any) -> Any:
    data = {"act": act, "version": version, "key": str(uuid.uuid4())} | data
    return client.post(f"/t/{token}/", data)


def walk(city: City, case: Case, upto: str = "close") -> None:
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("dispatcher", "accept", {"note": "内部说明，打王先生 13911112222"}),
        ("dispatcher", "file", {}),
        ("dispatcher", "dispatch", {"unit": city.unit("urban")}),
        ("urban", "receive", {}),
        ("urban", "finish", {"result": "已清运，已电话 13912345678 告知"}),
        ("dispatcher", "verify", {}),
        ("dispatcher", "close", {}),
    ]
    for person, act, data in steps:
        city.do(person, case, act, **data)
        if act == upto:
            return


def test_the_link_tells_state_next_step_clock_and_owner(city: City, client: Client) -> None:
    case, token = a_followed_report(client)
    page = seen(client, token)
    for told in ("已收到，等待受理", "下一步", "受理", "最迟", case.number, "收到反映", WORDS):
        assert told in page
    walk(city, case, "finish")
    page = seen(client, token)
    for told in ("已处置，等待核查", "派遣", "360102城市管理", "处置结果：已清运", "用时", "核查"):
        assert told in page


def test_nobody_s_personal_data_or_internal_note_is_shown(city: City, client: Client) -> None:
    case, token = a_followed_report(client, phone=PHONE, name="王大名", text=f"{WORDS} 我电话13800001234")
    walk(city, case)
    page = seen(client, token)
    for hidden_words in (
        "王大名",
        "13800001234",
        "138 0000 1234",
        "内部说明",
        "13911112222",
        "13912345678",
        "dispatcher",
        "urban",
    ):
        assert hidden_words not in page
    assert "139****" in page


def test_a_wrong_link_looks_like_nothing(city: City, client: Client) -> None:
    case, token = a_followed_report(client)
    for wrong in ("0" * 32, token[:-1], token.upper() + "x", case.number):
        for path in (f"/t/{wrong}/", f"/t/{wrong}/slip/", f"/t/{wrong}/photos/1"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert case.number not in answer.content.decode().replace(wrong, "")
    assert do(client, "0" * 32, "supplement", 1, words="x").status_code == 404


def test_pages_of_a_link_are_kept_by_no_cache_and_no_search_engine(city: City, client: Client) -> None:
    _case, token = a_followed_report(client)
    answer = client.get(f"/t/{token}/")
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")


def test_a_supplement_with_pictures_reaches_the_case(city: City, client: Client) -> None:
    case, token = a_followed_report(client)
    walk(city, case, "accept")
    answer = do(client, token, "supplement", 1, words="今天更臭了", photos=an_upload())
    assert answer.url == f"/t/{token}/?done=supplement"
    page = seen(client, token)
    assert "补充内容：今天更臭了" in page
    with system_scope("test"):
        assert Act.objects.get(act="supplement").data["text"] == "今天更臭了"
        assert Photo.objects.count() == 1


def test_a_repeated_key_does_an_act_once(city: City, client: Client) -> None:
    _case, token = a_followed_report(client)
    key = str(uuid.uuid4())
    for _again in range(3):
        assert do(client, token, "supplement", 1, words="再说一遍", key=key).status_code == 302
    with system_scope("test"):
        assert Act.objects.filter(act="supplement").count() == 1


def test_withdrawing_ends_the_case_before_it_is_filed(city: City, client: Client) -> None:
    case, token = a_followed_report(client)
    assert do(client, token, "withdraw", 1, words="已经清走了").status_code == 302
    assert "已撤销" in seen(client, token)
    case, token = a_followed_report(client)
    walk(city, case, "file")
    assert "撤回这件事" not in seen(client, token)
    assert do(client, token, "withdraw", 3).status_code == 422


def test_one_of_two_cannot_withdraw_for_both(city: City, client: Client) -> None:
    case, first = a_followed_report(client)
    second = token_of(send(client, go=None, join=case.number, text="我也看到了垃圾"))
    for token in (first, second):
        assert "撤回这件事" not in seen(client, token)
        answer = do(client, token, "withdraw", 2)
        assert answer.status_code == 422
        assert "还有别人反映了同一件事" in answer.content.decode()
    assert WORDS not in seen(client, second)
    assert "我也看到了垃圾" in seen(client, second)


def test_acting_on_an_old_page_says_what_happened_and_keeps_the_words(city: City, client: Client) -> None:
    case, token = a_followed_report(client)
    walk(city, case, "accept")
    answer = do(client, token, "withdraw", 1, words="不用来了，谢谢")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "受理" in page
    assert "不用来了，谢谢" in page
    assert hidden(page, "version")[0] == "2"


@pytest.mark.parametrize("wrong", [{"version": "x"}, {"key": "x"}, {"act": "accept"}, {"act": "void"}, {"words": ""}])
def test_nonsense_is_refused_in_words(city: City, client: Client, wrong: dict[str, str]) -> None:
    _case, token = a_followed_report(client)
    given = {"act": "supplement", "version": "1", "key": str(uuid.uuid4()), "words": "写的话"} | wrong
    answer = client.post(f"/t/{token}/", given)
    assert answer.status_code == 422
    assert given["words"] in answer.content.decode() or given["act"] != "supplement"
    with system_scope("test"):
        assert Act.objects.count() == 1


def test_rating_after_the_close_once_for_each_voice(city: City, client: Client) -> None:
    case, first = a_followed_report(client)
    second = token_of(send(client, go=None, join=case.number, text="同上"))
    walk(city, case)
    assert "请您评价" in seen(client, first)
    assert do(client, first, "rate", 9, solved="true", satisfied="true").status_code == 302
    assert "请您评价" not in seen(client, first)
    assert do(client, first, "rate", 10, solved="false", satisfied="false").status_code == 422
    answer = do(client, second, "rate", 10, solved="true", satisfied="false", dissatisfaction="slow")
    assert answer.status_code == 302
    city.refresh(case)
    assert (case.state, case.solved, case.satisfied) == ("rated", True, False)
    with system_scope("test"):
        voices = {v.token: (v.solved, v.satisfied, v.reason) for v in Voice.objects.all()}
    assert voices == {first: (True, True, ""), second: (True, False, "slow")}


def test_a_rating_needs_both_answers_and_keeps_those_given(city: City, client: Client) -> None:
    case, token = a_followed_report(client)
    walk(city, case)
    answer = do(client, token, "rate", 8, solved="false", text="没人来过")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "是否满意" in page
    assert "没人来过" in page


def test_an_unsolved_case_can_be_asked_to_reopen_once(city: City, client: Client) -> None:
    case, token = a_followed_report(client)
    walk(city, case)
    assert do(client, token, "ask_reopen", 8, words="又满了").status_code == 302
    page = seen(client, token)
    assert "您要求重新办理" in page
    assert do(client, token, "ask_reopen", 9, words="又满了").status_code == 422
    city.do("dispatcher", case, "reopen", reason="核实未解决")
    assert "已受理" in seen(client, token)


def test_after_a_merge_the_link_shows_the_leading_case(city: City, client: Client) -> None:
    leading, _one = a_followed_report(client)
    other, token = a_followed_report(client, text="垃圾没人管", lon=LON + 3e-4, phone=PHONE)
    city.do("dispatcher", other, "merge", case=leading.number)
    page = seen(client, token)
    assert leading.number in page
    assert "2 人反映了同一件事" in page
    assert WORDS not in page
    found = client.post("/track/", {"number": other.number, "phone": PHONE})
    assert found.url == f"/t/{token}/"


def test_pictures_are_for_the_link_alone_and_those_of_others_stay_hidden(city: City, client: Client) -> None:
    case, token = a_followed_report(client, photos=an_upload())
    joined = token_of(
        send(client, go=None, join=case.number, text="我也是", photos=an_upload("b.jpg", test_report.a_picture("blue")))
    )
    with system_scope("test"):
        first, second = Photo.objects.order_by("id")
    answer = client.get(f"/t/{token}/photos/{first.pk}")
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=3600"
    assert answer["Content-Type"] == "image/jpeg"
    assert answer.content[:2] == b"\xff\xd8"
    for link, photo in ((token, second), (joined, first), ("0" * 32, first)):
        assert client.get(f"/t/{link}/photos/{photo.pk}").status_code == 404
    assert f"photos/{first.pk}" not in seen(client, joined)
    with system_scope("test"):
        Photo.objects.filter(pk=first.pk).update(shown=False)
    assert client.get(f"/t/{token}/photos/{first.pk}").status_code == 404


@pytest.mark.parametrize("typed", [PHONE, "13800001234", "+86 138-0000-1234", "１３８００００１２３４"])
def test_number_and_telephone_lead_to_the_link(city: City, client: Client, typed: str) -> None:
    case, token = a_followed_report(client, phone=PHONE)
    assert client.post("/track/", {"number": case.number.replace("-", " "), "phone": typed}).url == f"/t/{token}/"


def test_whatever_does_not_fit_gets_the_same_answer(city: City, client: Client) -> None:
    case, _token = a_followed_report(client, phone=PHONE)
    mute, _other = a_followed_report(client, text="没留电话的一件")
    pages = set()
    for number, phone in (
        (case.number, "13900001234"),
        ("260302-000001-0", PHONE),
        (mute.number, PHONE),
        ("abc", "020202"),
    ):
        answer = client.post("/track/", {"number": number, "phone": phone})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "没有查到" in page
        pages.add(page.replace(number, "").replace(phone, "").split('<main id="main"')[1].split("</main>")[0])
    assert len(pages) == 1


def test_guessing_telephones_for_one_number_is_held_back(
    city: City, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR, kept = tmp_path, settings.DATA_DIR
    (tmp_path / "keys").symlink_to(kept / "keys")
    limits._counters.cache_clear()
    case, _token = a_followed_report(client, phone=PHONE)
    answers = [
        client.post("/track/", {"number": case.number, "phone": f"1390000{n:04d}"}).status_code for n in range(11)
    ]
    assert answers == [422] * 10 + [429]
    right = client.post("/track/", {"number": case.number, "phone": PHONE})
    assert right.status_code == 429
    assert "查得太频繁" in right.content.decode()
    limits._counters.cache_clear()


def test_a_tracking_page_costs_the_same_however_long_the_story(
    city: City, client: Client, django_assert_max_num_queries: Any
) -> None:
    case, token = a_followed_report(client)
    seen(client, token)
    walk(city, case)
    for n in range(20):
        city.do("caller", case, "callback", reached=False, note=str(n))
    with django_assert_max_num_queries(12):
        seen(client, token)


def test_the_slip_carries_the_whole_link(city: City, client: Client, settings: Any) -> None:
    case, token = a_followed_report(client)
    page = client.get(f"/t/{token}/slip/").content.decode()
    assert f"{settings.ORIGIN}/t/{token}/" in page
    assert "打印回执" in page
    assert case.number in page
