"""Pages for what went wrong."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("method", "address", "way_back"), [("get", "/desk/data/review/7/", "/desk/"), ("post", "/matters/", "/")]
)
def test_an_address_opened_in_a_way_that_it_does_not_take_says_so_in_words(
    db: None, method: str, address: str, way_back: str
) -> None:
    answer = getattr(Client(), method)(address)
    body = answer.content.decode()
    assert answer.status_code == 405
    assert answer.headers["Allow"]
    assert "系统没有做任何改动" in body
    assert f'<a class="btn btn-primary" href="{way_back}">' in body


def test_a_machine_is_sent_no_page() -> None:
    assert Client().post("/api/v1/openapi.json").headers["Content-Type"] != "text/html; charset=utf-8"
