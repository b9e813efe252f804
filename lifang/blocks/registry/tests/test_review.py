"""Pairs that linkage is unsure of, judged by somebody."""

import re
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client

from lifang.blocks.registry.models import Pair
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import JULY, LIN_ROW, ZHOU, ZHOU_ROW, Town
from lifang.ground.access.models import User
from lifang.ground.trail.models import Entry
from tests.situations import WEST_STREET, a_person, unit_of

QUEUE = "/desk/data/review/"
# The same name and telephone, another birth: nobody can say without looking.
NAMESAKE = ("周建国", "", "男", "1966-07-01", "13800010001", "", "东风1社区")
OTHER = made_up("99010119560229033")


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def unsure(town: Town) -> Pair:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    town.took("health", [NAMESAKE])
    return the_pair(town)


def the_pair(town: Town) -> Pair:
    with town.all_places():
        return Pair.objects.get()


def judge(client: Client, pair: Pair, act: str, **more: str) -> Any:
    return client.post(f"{QUEUE}{pair.pk}/", {"act": act, **more}, follow=True)


def test_a_pair_is_shown_side_by_side_with_the_reasons_and_no_whole_number(town: Town) -> None:
    unsure(town)
    body = as_(town.worker).get(QUEUE).content.decode()
    for words in ("姓名相同", "出生日期不同", "有一方没写号码", "电话相同", "138****0001", "police", "health"):
        assert words in body
    assert ZHOU not in body
    assert "13800010001" not in body


def test_whoever_looks_at_a_pair_has_looked_at_both(town: Town) -> None:
    unsure(town)
    as_(town.worker).get(QUEUE)
    looked_at = {person.name: person.pk for person in town.persons()}
    with town.all_places():
        rows = Entry.objects.filter(what="person.pair", user_id=town.worker.pk)
        seen = {row.object_id for row in rows}
        pair = the_pair(town)
        both = {str(pair.left.person_id), str(pair.right.person_id)}
    assert seen == both
    assert str(looked_at["林小芳"]) not in both


def test_same_person_merges_them_and_the_next_pair_follows(town: Town) -> None:
    pair = unsure(town)
    answer = judge(as_(town.worker), pair, "same", reason="本人到场")
    assert "已合并为同一人" in answer.content.decode()
    assert "没有等着核对的" in answer.content.decode()
    assert [(person.name, person.records) for person in town.persons()] == [("周建国", 2), ("林小芳", 1)]
    pair = the_pair(town)
    assert (pair.state, pair.by_id) == ("same", town.worker.pk)
    with town.all_places():
        entry = Entry.objects.get(what="resident.merged")
    assert (entry.user_id, entry.data["reason"]) == (town.worker.pk, "本人到场")


def test_who_were_judged_to_be_two_are_not_asked_about_again_and_no_import_joins_them(town: Town) -> None:
    pair = unsure(town)
    judge(as_(town.worker), pair, "apart", reason="父子同号")
    both = ("周建国", ZHOU, "男", "1966-07-01", "13800010001", ZHOU_ROW[5], "东风1社区")
    third = town.took("civil_affairs", [both, ("周建国", "", "男", "", "13800010001", "", "东风1社区")], on=JULY)
    assert third.counts["merges"] == 0
    assert sorted(person.records for person in town.persons() if person.name == "周建国") in ([1, 3], [2, 2])
    with town.all_places():
        assert not Pair.objects.filter(state="unsure").exists()


def test_what_is_put_off_comes_last(town: Town) -> None:
    pair = unsure(town)
    town.took("civil_affairs", [("林小芳", "", "女", "1978-01-05", "13900020002", "", "东风2社区")])
    town.took("human_resources", [("林小芳", "", "", "1977-03-03", "13900020002", "", "东风2社区")])
    client = as_(town.steward)
    first = the_first(client)
    judge(client, Pair(pk=first), "later")
    assert the_first(client) != first
    with town.all_places():
        assert Pair.objects.get(pk=first).state == "unsure"
    assert pair.pk in shown(client)


def test_two_persons_wait_once_whatever_further_imports_say_of_them(town: Town) -> None:
    unsure(town)
    town.took("human_resources", [NAMESAKE])
    town.took("civil_affairs", [(*NAMESAKE[:3], "1966-07-01", *NAMESAKE[4:])])
    assert sorted(person.records for person in town.persons()) == [1, 1, 3]
    with town.all_places():
        assert Pair.objects.count() == 1


def the_first(client: Client) -> int:
    return int(re.findall(r'action="/desk/data/review/(\d+)/"', client.get(QUEUE).content.decode())[0])


def shown(client: Client) -> list[int]:
    body = client.get(QUEUE).content.decode()
    return [int(pk) for pk in re.findall(rf'href="{QUEUE}\?pair=(\d+)" *(?:aria|>)', body)]


def test_what_is_refused_still_leads_to_the_other_pairs(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    town.took("health", [NAMESAKE, ("林小芳", "", "女", "1978-01-05", "13900020002", "", "东风1社区")])
    client = as_(town.worker)
    answer = judge(client, Pair(pk=the_first(client)), "neither")
    assert answer.status_code == 422
    links = re.findall(r'href="([^"]*\?pair=\d+)"', answer.content.decode())
    assert len(links) == 3
    assert {client.get(link).status_code for link in {urljoin(answer.wsgi_request.path, link) for link in links}} == {
        200
    }


def test_who_comes_second_is_told_and_changes_nothing(town: Town) -> None:
    pair = unsure(town)
    judge(as_(town.worker), pair, "apart")
    answer = judge(as_(town.steward), pair, "same")
    assert answer.status_code == 409
    assert f"{town.worker.name}先判了这一对" in answer.content.decode()
    assert "不是同一人" in answer.content.decode()
    assert len(town.persons()) == 3


@pytest.mark.parametrize(
    "sent", [{}, {"act": "neither"}, {"act": "same", "following": "x" * 5000, "reason": "x" * 5000}]
)
def test_an_odd_answer_is_no_fault(town: Town, sent: dict[str, str]) -> None:
    pair = unsure(town)
    assert as_(town.worker).post(f"{QUEUE}{pair.pk}/", sent).status_code in (302, 422)


def test_a_pair_of_another_place_looks_as_if_it_did_not_exist_and_the_attempt_is_kept(town: Town) -> None:
    pair = unsure(town)
    stranger = a_person("community_worker", WEST_STREET + 1000, unit_of("community_committee", WEST_STREET + 1000))
    client = as_(stranger)
    assert judge(client, pair, "same").status_code == 404
    assert "没有等着核对的" in client.get(QUEUE).content.decode()
    with town.all_places():
        assert Entry.objects.filter(what="resident.foreign", user_id=stranger.pk, area=pair.area).exists()


def test_one_person_with_two_right_numbers_is_asked_about_and_merged_only_expressly(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    town.took("health", [("周建国", OTHER, *ZHOU_ROW[2:])])
    assert len(town.persons()) == 2
    pair, client = the_pair(town), as_(town.worker)
    assert "一人两号" in client.get(QUEUE).content.decode()
    refused = judge(client, pair, "same", reason="旧号未销")
    assert refused.status_code == 422
    assert 'value="旧号未销"' in refused.content.decode()
    assert len(town.persons()) == 2
    judge(client, pair, "same", reason="旧号未销", two_numbers="yes")
    assert [person.records for person in town.persons()] == [2]
    assert "公民身份号码" in client.get(f"{QUEUE}conflicts/").content.decode()


def test_twins_with_numbers_of_their_own_are_two_and_nobody_is_asked(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    town.took("health", [("周建军", OTHER, *ZHOU_ROW[2:])])
    assert len(town.persons()) == 2
    with town.all_places():
        assert not Pair.objects.exists()


def test_siblings_with_near_numbers_stay_two(town: Town) -> None:
    elder, younger = made_up("99010120100301117"), made_up("99010120120301117")
    home = ("13800010001", ZHOU_ROW[5], "东风1社区")
    town.took("police", [("周子涵", elder, "男", "2010-03-01", *home), ("周子轩", younger, "男", "2012-03-01", *home)])
    town.took("health", [("周子轩", younger, "男", "2012-03-01", *home)])
    assert [(person.name, person.records) for person in town.persons()] == [("周子涵", 1), ("周子轩", 2)]


def test_one_number_given_to_two_people_is_looked_at(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    town.took("health", [("林小芳", ZHOU, "女", "1988-08-12", "13900020002", "长春路8号1栋1单元302室", "东风1社区")])
    assert len(town.persons()) == 2
    body = as_(town.worker).get(QUEUE).content.decode()
    assert "号码相同" in body
    assert "1988-08-12" in re.sub(r"</?mark>", "", body)
