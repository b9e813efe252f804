"""A list, a matter or a document changes under what is written and done."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from lifang.blocks.cases.models import Case
from lifang.blocks.matters.models import Admitted
from lifang.blocks.packs import library
from lifang.blocks.packs import service as packs
from lifang.domains.certificates.tests.situations import RESIDENCE, Window
from lifang.domains.counter.tests.situations import Hall
from lifang.domains.grid.tests.situations import City, reported
from lifang.domains.guidance import changes
from lifang.domains.guidance.tests.conftest import fresh, published, rested
from lifang.ground.access.models import Grant, Unit, User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.codes import NATION, span
from lifang.ground.notices.models import Notice
from tests.situations import CITY, EAST

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def admitted_until(day: dt.date) -> Admitted:
    with system_scope("test"):
        return Admitted.objects.create(
            code="ZR-1", area=EAST, title="慢病随访月报", unit=Unit.objects.get(kind="health", area=EAST), basis="某条例",
            period="monthly", sends=["form"], since=today() - 60 * DAY, until=day,
        )  # fmt: skip


def test_an_article_says_that_the_list_it_rests_on_has_changed_since_until_somebody_holds_it_against_the_new_one(
    city: City,
) -> None:
    admitted_until(today() - 10 * DAY)
    article = rested(published(city, "answer", matters=["ZR-1"]), today() - 30 * DAY)
    client = Client()
    client.force_login(city.people["checker"])
    page = client.get(f"/desk/guide/{article.pk}/").content.decode()
    assert f"依据的是 {today() - 30 * DAY} 的清单，此后「慢病随访月报」已从清单取消" in page
    assert article.title in client.get("/desk/guide/touched/").content.decode()
    client.post(f"/desk/guide/work/{article.pk}/check/", {"act": "confirm"})
    assert "此后「" not in client.get(f"/desk/guide/{article.pk}/").content.decode()


def off_the_list(monkeypatch: pytest.MonkeyPatch, *names: str, below: int = NATION) -> None:
    """Ten days ago these matters were taken off the lists of the packs, of those of places below one."""
    kept = packs.matters

    def matters(area: int, on: dt.date) -> dict[str, Any]:
        gone = names if on > today() - 10 * DAY and area in span(below) else ()
        return {name: one for name, one in kept(area, on).items() if name not in gone}

    monkeypatch.setattr(packs, "matters", matters)


def test_open_cases_whose_item_serves_a_matter_that_was_taken_off_the_list_are_named_and_others_are_not(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_it, other, over = [hall.starts(item, go="short") for item in ("elder_allowance", "birth", "elder_allowance")]
    hall.does(over, "withdraw", reason="不办了")
    assert on_it.number not in hall.desk.get("/desk/guide/touched/").content.decode()
    off_the_list(monkeypatch, "assist_elder_visit")
    page = hall.desk.get("/desk/guide/touched/").content.decode()
    assert on_it.number in page
    assert other.number not in page
    assert over.number not in page
    long_ago = hall.desk.get("/desk/guide/touched/", {"since": str(today() - 5 * DAY)}).content.decode()
    assert on_it.number not in long_ago


def test_demands_for_a_certificate_that_was_taken_off_the_list_are_named(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, issued = window.asks(), window.issues()
    off_the_list(monkeypatch, RESIDENCE)
    page = window.client().get("/desk/guide/touched/").content.decode()
    assert asked.number in page
    assert issued.number not in page


def test_the_writer_hears_of_it_once(city: City) -> None:
    admitted_until(today() - 10 * DAY)
    article = rested(published(city, "answer", matters=["ZR-1"]), today() - 30 * DAY)
    assert [changes.tell_writers(), changes.tell_writers()] == [1, 0]
    with system_scope("test"):
        assert Notice.objects.filter(user=city.people["street"], title__contains=article.title).count() == 1
    assert fresh(article).told_on == today()


def repealed(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """These documents ended three days ago."""
    ended = today() - 3 * DAY
    sources = [
        (pack, name, replace(source, until=ended) if name in names else source)
        for pack, name, source in library.sources()
    ]
    monkeypatch.setattr(library, "sources", lambda: sources)


def test_a_law_that_ended_touches_the_articles_on_it(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    article = rested(published(city, "answer", documents=["national/mediation_law"]), today() - 30 * DAY)
    repealed(monkeypatch, "mediation_law")
    with scope_of(city.people["worker"], "guide.read"):
        [(found, shifts)] = changes.touched_articles(((EAST, EAST + 10**9),))
    assert (found.pk, [one.what for one in shifts]) == (article.pk, ["ended"])


def test_a_document_that_ended_touches_the_items_that_rest_on_it(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    case = hall.starts("birth", go="short")
    repealed(monkeypatch, "services_sample")
    assert case.number in hall.desk.get("/desk/guide/touched/").content.decode()


DALIAN = 210200 * 10**9
DALIAN_COMMUNITY = DALIAN + 2001001000


def in_dalian(case: Case) -> Case:
    """The same case as it stands in a community of another city."""
    with system_scope("test"):
        case = Case.objects.get(pk=case.pk)
        case.pk, case.number, case.area = None, f"9{case.number[1:]}", DALIAN_COMMUNITY
        case.save()
    return case


def of_both_cities(user: User) -> Client:
    """Signed in as somebody who works in both."""
    with system_scope("test"):
        held = Grant.objects.get(user=user)
        Grant.objects.create(user=user, role=held.role, area=DALIAN_COMMUNITY, valid=held.valid, purpose="测试")
    client = Client()
    client.force_login(user)
    return client


def test_a_matter_that_one_city_took_off_its_list_touches_no_case_of_a_city_that_keeps_it(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = hall.starts("elder_allowance", go="short")
    there = in_dalian(here)
    client = of_both_cities(hall.worker)
    off_the_list(monkeypatch, "assist_elder_visit", below=CITY)
    page = client.get("/desk/guide/touched/").content.decode()
    assert here.number in page
    assert there.number not in page
    assert '已从清单取消</span> <span class="muted">南昌市</span>' in page


def test_an_item_of_the_same_name_that_serves_another_matter_elsewhere_is_another_item(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = hall.starts("birth", go="short")
    known = packs.packs()
    [listed] = [one for one in known["national"].services if "birth" in one.items]
    own = replace(listed, items={"birth": replace(listed.items["birth"], matter="assist_elder_visit")})
    both = {**known, "dalian": replace(known["dalian"], services=[own])}
    monkeypatch.setattr(packs, "packs", lambda: both)
    packs._line.cache_clear()
    there = in_dalian(here)
    off_the_list(monkeypatch, "assist_elder_visit")
    try:
        page = of_both_cities(hall.worker).get("/desk/guide/touched/").content.decode()
    finally:
        packs._line.cache_clear()
    assert there.number in page
    assert here.number not in page


def test_a_document_of_one_city_that_ended_touches_no_case_of_another(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = reported(category="06010").case
    there = in_dalian(here)
    repealed(monkeypatch, "dalian_cg110")
    own = Client()
    own.force_login(city.people["street"])
    page = own.get("/desk/guide/touched/").content.decode()
    assert here.number not in page
    assert "城管110" not in page
    page = of_both_cities(city.people["street"]).get("/desk/guide/touched/").content.decode()
    assert there.number in page
    assert here.number not in page
