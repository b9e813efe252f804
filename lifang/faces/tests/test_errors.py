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


def test_a_machine_is_told_in_its_own_words_what_an_address_takes(db: None) -> None:
    answer = Client().post("/api/openapi.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]
    assert answer.json()["status"] == 405
    assert "不支持 POST" in answer.json()["detail"]
