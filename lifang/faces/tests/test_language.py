"""Whoever works in English chooses it where they work."""

import pytest
from django.test import Client

from lifang.domains.grid.tests.situations import build_city
from tests.situations import EAST_COMMUNITY, a_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/accounts/login/", "/desk/", "/field/me/"])
def test_the_language_is_chosen_on_every_face_and_the_page_stays(address: str) -> None:
    build_city()
    client = Client()
    if address != "/accounts/login/":
        client.force_login(a_person("grid_worker", EAST_COMMUNITY))
    page = client.get(address).content.decode()
    assert 'name="language" value="en"' in page
    assert f'name="next" value="{address}"' in page
    chosen = client.post("/i18n/setlang/", {"language": "en", "next": address})
    assert chosen["Location"] == address
    assert 'name="language" value="zh-hans"' in client.get(address).content.decode()
