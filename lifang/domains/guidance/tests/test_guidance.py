"""Articles on the way from a draft to the desk of whoever needs them, and off it again."""

import pytest
from django.test import Client

from lifang.blocks.cases.errors import Refused
from lifang.blocks.registry.models import Person
from lifang.domains.grid.tests.situations import City, to_closed
from lifang.domains.guidance import actions, service
from lifang.domains.guidance.models import Article
from lifang.domains.guidance.tests.conftest import LEASE, draft, fresh, published, written
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.trail.models import Entry
from tests.situations import EAST_COMMUNITY, EAST_COMMUNITY_2, EAST_STREET, WEST_COMMUNITY, a_person

pytestmark = pytest.mark.django_db


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_a_wrong_case_stands_on_its_item_s_page_and_is_gone_the_moment_it_is_withdrawn(city: City) -> None:
    """S146 A wrong case tied to an item shows on that item's page; withdrawn it disappears the same day."""
    article, worker = published(city), signed_in(city.people["worker"])
    for address in (f"/desk/matters/{LEASE}/", "/desk/guide/", f"/desk/guide/{article.pk}/"):
        page = worker.get(address).content.decode()
        assert "租住证明开错了时间" in page
        assert "看租赁合同" in page
    checker = signed_in(city.people["checker"])
    checker.post(f"/desk/guide/work/{article.pk}/check/", {"act": "withdraw", "note": "办法变了"})
    assert worker.get(f"/desk/guide/{article.pk}/").status_code == 404
    for address in (f"/desk/matters/{LEASE}/", "/desk/guide/"):
        assert "租住证明开错了时间" not in worker.get(address).content.decode()
    assert "办法变了" in checker.get(f"/desk/guide/work/{article.pk}/").content.decode()


def test_a_practice_is_found_by_its_item_and_counts_each_community_once(city: City) -> None:
    """S151 Searching by item finds the practice; two communities that adopt it make a count of two."""
    article = published(
        city, "practice", title="楼道议事长", text="每月最后一个周五碰头。", matters=["law_deliberation"]
    )
    others = a_person("community_worker", EAST_COMMUNITY_2)
    adopt = f"/desk/guide/{article.pk}/adopt/"
    signed_in(city.people["worker"]).post(adopt, {"area": EAST_COMMUNITY})
    signed_in(city.people["worker"]).post(adopt, {"area": EAST_COMMUNITY})
    page = signed_in(others).post(adopt, {"area": EAST_COMMUNITY_2}, follow=True).content.decode()
    assert "2 个社区采用" in page
    found = signed_in(others).get("/desk/guide/?matter=law_deliberation").content.decode()
    assert "楼道议事长" in found
    assert "2 个社区采用" in found
    page = signed_in(others).post(adopt, {"area": EAST_COMMUNITY_2, "drop": "1"}, follow=True).content.decode()
    assert "1 个社区采用" in page
    page = signed_in(others).post(adopt, {"area": EAST_COMMUNITY_2}, follow=True).content.decode()
    assert "2 个社区采用" in page


def test_nobody_adopts_for_a_community_that_is_not_theirs(city: City) -> None:
    article = published(city, "practice")
    page = signed_in(city.people["worker"]).post(
        f"/desk/guide/{article.pk}/adopt/", {"area": WEST_COMMUNITY}, follow=True
    )
    assert "请选一个你工作的社区" in page.content.decode()
    with system_scope("test"):
        assert not article.adoptions.exists()


def test_a_word_of_one_lesson_finds_the_pilot_and_its_document_leads_back_to_it(city: City) -> None:
    """S125 Of a pilot with three lessons a word of one finds it; the policy document links back to it."""
    lessons = ("先轮岗再独立坐窗口", "疑难事项当天会商", "知识清单每周更新")
    article = published(
        city, "pilot", title="全岗通试点", text="两个社区试行一人受理各线事项。", lessons=lessons,
        documents=["national/certificate_opinion"],
    )  # fmt: skip
    worker = signed_in(city.people["worker"])
    assert "全岗通试点" in worker.get("/desk/guide/", {"q": "会商"}).content.decode()
    assert "全岗通试点" not in worker.get("/desk/guide/", {"q": "养犬"}).content.decode()
    page = worker.get("/desk/packs/documents/national/certificate_opinion/").content.decode()
    assert f"/desk/guide/{article.pk}/" in page


def test_a_word_far_down_in_a_long_text_is_found(city: City) -> None:
    published(city, "answer", title="长文", text="说明" * 900 + "电梯加装")
    assert "长文" in signed_in(city.people["worker"]).get("/desk/guide/", {"q": "电梯加装"}).content.decode()


def test_who_wrote_it_does_not_publish_it(city: City) -> None:
    article = written(city)
    page = signed_in(city.people["street"]).post(f"/desk/guide/work/{article.pk}/check/", {"act": "publish"})
    assert page.status_code == 422
    assert "另一位同事" in page.content.decode()
    assert fresh(article).state == "waiting"


def test_a_draft_is_seen_by_those_who_write_there_only(city: City) -> None:
    article = written(city)
    assert signed_in(city.people["worker"]).get(f"/desk/guide/work/{article.pk}/").status_code == 404
    with scope_of(city.people["worker"], "guide.read"):
        assert not Article.objects.exists()


def test_returned_with_a_reason_it_is_mended_and_published(city: City) -> None:
    article, checker, writer = written(city), signed_in(city.people["checker"]), signed_in(city.people["street"])
    without = checker.post(f"/desk/guide/work/{article.pk}/check/", {"act": "return"})
    assert (without.status_code, fresh(article).state) == (422, "waiting")
    checker.post(f"/desk/guide/work/{article.pk}/check/", {"act": "return", "note": "写明谁上门"})
    assert "写明谁上门" in writer.get(f"/desk/guide/work/{article.pk}/").content.decode()
    form = writer.get(f"/desk/guide/work/{article.pk}/edit/").context
    typed = {"title": "改过的", "text": "错处", "right": "网格员上门", "matters": [LEASE], "seen": form["seen"]}
    assert writer.post(f"/desk/guide/work/{article.pk}/edit/", typed).status_code == 302
    again = writer.post(f"/desk/guide/work/{article.pk}/edit/", {**typed, "title": "又一改"})
    assert again.status_code == 422
    assert "刚刚改过" in again.content.decode()
    assert "又一改" in again.content.decode()
    writer.post(f"/desk/guide/work/{article.pk}/send/")
    checker.post(f"/desk/guide/work/{article.pk}/check/", {"act": "publish"})
    assert (fresh(article).state, article.title) == ("published", "改过的")


def test_a_rewritten_one_takes_the_place_of_the_old_one_and_both_stay_on_record(city: City) -> None:
    old = published(city)
    with scope_of(city.people["street"], "guide.write"):
        new = actions.write(by=city.people["street"], area=EAST_STREET, draft=draft(title="新写的"), replaces=old)
        actions.send(article=new, by=city.people["street"])
        with pytest.raises(Refused):
            actions.write(by=city.people["street"], area=EAST_STREET, draft=draft(), replaces=old)
    assert fresh(old).state == "published"
    with scope_of(city.people["checker"], "guide.check"):
        actions.publish(article=new, by=city.people["checker"], looked=True)
    assert (fresh(old).state, fresh(new).state) == ("withdrawn", "published")
    with scope_of(city.people["worker"], "matter.read"):
        assert [row["article"].title for row in service.beside(LEASE, EAST_COMMUNITY)] == ["新写的"]
        assert service.beside(LEASE, WEST_COMMUNITY) == []


def test_a_closed_case_is_proposed_as_a_wrong_case_without_the_numbers_in_it(city: City) -> None:
    case = to_closed(city, text="王某来电 13812345678 说路灯不亮")
    worker = signed_in(city.people["worker"])
    assert "提出纠错案例" in worker.get(f"/desk/events/{case.number}/").content.decode()
    form = worker.get(f"/desk/guide/new/?case={case.number}").content.decode()
    assert "说路灯不亮" in form
    assert "13812345678" not in form
    typed = {
        "title": "回访早了",
        "text": "没修好就回访 13812345678",
        "right": "先到现场看",
        "area": str(EAST_COMMUNITY),
    }
    refused = worker.post(f"/desk/guide/new/?case={case.number}", typed)
    assert refused.status_code == 422
    assert "没修好就回访" in refused.content.decode()
    worker.post(f"/desk/guide/new/?case={case.number}", {**typed, "text": "没修好就回访"})
    with system_scope("test"):
        article = Article.objects.get()
    assert (article.case, article.kind, article.state) == (case.number, "wrong", "draft")


def test_a_name_of_the_registers_is_looked_at_before_it_is_published(city: City) -> None:
    with system_scope("test"):
        Person.objects.create(area=EAST_COMMUNITY, name="何演示")
    article, checker = written(city, text="何演示来办证明，没有看合同。"), signed_in(city.people["checker"])
    assert "何演示" in checker.get(f"/desk/guide/work/{article.pk}/").content.decode()
    refused = checker.post(f"/desk/guide/work/{article.pk}/check/", {"act": "publish"})
    assert (refused.status_code, fresh(article).state) == (422, "waiting")
    checker.post(f"/desk/guide/work/{article.pk}/check/", {"act": "publish", "looked": "on"})
    assert fresh(article).state == "published"


def test_whoever_may_not_read_residents_is_told_how_many_names_there_are_and_not_which(city: City) -> None:
    with system_scope("test"):
        Person.objects.create(area=EAST_COMMUNITY, name="何演示")
    everybody = "赵何演示王某某来办证明。"
    article, street = written(city, text=everybody), signed_in(city.people["checker"])
    page = street.get(f"/desk/guide/work/{article.pk}/").content.decode()
    assert "里面有 1 个词与名册上的居民同名" in page
    refused = street.post(f"/desk/guide/work/{article.pk}/check/", {"act": "publish"}).content.decode()
    for shown in (page, refused):
        assert shown.replace(everybody, "").count("何演示") == 0
    with system_scope("test"):
        looks = list(Entry.objects.filter(what="guide.names", user_id=city.people["checker"].pk))
    assert [(one.kind, one.object_id, one.data) for one in looks] == [("article", str(article.pk), {"found": 1})] * 2
    worker = city.people["worker"]
    with scope_of(worker, "guide.write"):
        own = actions.write(by=worker, area=EAST_COMMUNITY, draft=draft(text=everybody))
    assert "里面的「何演示」与名册上的居民同名" in signed_in(worker).get(f"/desk/guide/work/{own.pk}/").content.decode()


@pytest.mark.parametrize("sent", ["", "😀", "x" * 9000])
def test_whatever_is_typed_is_answered(city: City, sent: str) -> None:
    street = signed_in(city.people["street"])
    answer = street.post("/desk/guide/new/?kind=pilot", {"title": sent, "text": sent, "begun": sent, "lessons": sent})
    assert answer.status_code == 422
    for address in (
        f"/desk/guide/?q={sent[:50]}&matter={sent[:50]}",
        "/desk/guide/new/?case=x&replaces=99999999999999999999",
    ):
        assert street.get(address).status_code in (200, 404)
