"""A list, a matter or a document changes under what is written and done."""

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client

from lifang.blocks.matters.models import Admitted
from lifang.blocks.packs import library
from lifang.domains.grid.tests.situations import City, to_handling
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


def test_open_cases_on_a_matter_that_was_taken_off_the_list_are_named_and_others_are_not(city: City) -> None:
    admitted_until(today() - 10 * DAY)
    on_it, other = to_handling(city), to_handling(city)
    with system_scope("test"):
        type(on_it).objects.filter(pk=on_it.pk).update(fields={**on_it.fields, "matter": "ZR-1"})
    client = Client()
    client.force_login(city.people["street"])
    page = client.get("/desk/guide/touched/").content.decode()
    assert on_it.number in page
    assert other.number not in page
    long_ago = client.get("/desk/guide/touched/", {"since": str(today() - 5 * DAY)}).content.decode()
    assert on_it.number not in long_ago


def test_the_writer_hears_of_it_once(city: City) -> None:
    admitted_until(today() - 10 * DAY)
    article = rested(published(city, "answer", matters=["ZR-1"]), today() - 30 * DAY)
    assert [changes.tell_writers(), changes.tell_writers()] == [1, 0]
    with system_scope("test"):
        assert Notice.objects.filter(user=city.people["street"], title__contains=article.title).count() == 1
    assert fresh(article).told_on == today()


def test_a_law_that_ended_touches_the_articles_on_it(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    article = rested(published(city, "answer", documents=["national/mediation_law"]), today() - 30 * DAY)
    kept = library.documents

    def repealed(on: dt.date, pack: str = "") -> list[library.Document]:
        ended = {"until": today() - 3 * DAY}
        return [
            replace(one, source=replace(one.source, **ended)) if one.name == "mediation_law" else one
            for one in kept(on, pack)
        ]

    monkeypatch.setattr(library, "documents", repealed)
    with scope_of(city.people["worker"], "guide.read"):
        [(found, shifts)] = changes.touched_articles(((EAST, EAST + 10**9),))
    assert (found.pk, [one.what for one in shifts]) == (article.pk, ["ended"])
