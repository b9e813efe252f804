"""A list, a matter or a document changes under what is written and done."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from lifang.blocks.matters.models import Admitted
from lifang.blocks.packs import library
from lifang.blocks.packs import service as packs
from lifang.domains.certificates.tests.situations import RESIDENCE, Window
from lifang.domains.counter.tests.situations import Hall
from lifang.domains.grid.tests.situations import City
from lifang.domains.guidance import changes
from lifang.domains.guidance.tests.conftest import fresh, published, rested
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.notices.models import Notice
from tests.situations import EAST

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


def off_the_list(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Ten days ago these matters were taken off the list of the packs."""
    kept = packs.matters

    def matters(area: int, on: dt.date) -> dict[str, Any]:
        gone = names if on > today() - 10 * DAY else ()
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
    kept = library.documents

    def documents(on: dt.date, pack: str = "") -> list[library.Document]:
        ended = {"until": today() - 3 * DAY}
        return [
            replace(one, source=replace(one.source, **ended)) if one.name in names else one for one in kept(on, pack)
        ]

    monkeypatch.setattr(library, "documents", documents)


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
