import datetime as dt
from typing import Any

import pytest

from lifang.domains.certificates.tests.conftest import window
from lifang.domains.counter.tests.conftest import hall
from lifang.domains.grid.tests.situations import City, build_city
from lifang.domains.guidance import actions
from lifang.domains.guidance.actions import Draft
from lifang.domains.guidance.models import Article
from lifang.ground.access.scope import scope_of, system_scope
from tests.situations import EAST_STREET, a_person

__all__ = ["hall", "window"]
LEASE = "certify_lease"


@pytest.fixture
def city(db: None) -> City:
    """The small city with a second person at the street's desk."""
    city = build_city()
    city.people["checker"] = a_person("street_desk", EAST_STREET, name="checker")
    return city


def draft(kind: str = "wrong", **more: Any) -> Draft:
    given = {
        "title": "租住证明开错了时间", "text": "没有看合同，按来人说的日期写。", "right": "看租赁合同，网格员上门后再写。",
        "matters": [LEASE],
    }  # fmt: skip
    return Draft(kind=kind, **{**given, **more})


def written(city: City, kind: str = "wrong", **more: Any) -> Article:
    with scope_of(city.people["street"], "guide.write"):
        article = actions.write(by=city.people["street"], area=EAST_STREET, draft=draft(kind, **more))
        actions.send(article=article, by=city.people["street"])
    return article


def published(city: City, kind: str = "wrong", **more: Any) -> Article:
    article = written(city, kind, **more)
    with scope_of(city.people["checker"], "guide.check"):
        actions.publish(article=article, by=city.people["checker"], looked=True)
    return fresh(article)


def fresh(article: Article) -> Article:
    with system_scope("test"):
        article.refresh_from_db()
    return article


def rested(article: Article, on: dt.date) -> Article:
    with system_scope("test"):
        Article.objects.filter(pk=article.pk).update(rests_on=on)
    return fresh(article)
