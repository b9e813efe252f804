"""A place is found by the first letters of its name."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from lifang.ground.areas.data import shipped
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.areas.pinyin import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("滕王阁街道", "twgjd"), ("墩子塘街道", "dztjd"), ("番禺区", "fyq"), ("漯河市", "lhs"), ("馨苑社区", "xysq"),
        ("第3网格A", "d3wga"), ("（一）", "y"),
    ],
)  # fmt: skip
def test_rarer_characters_have_their_letter(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_every_character_of_the_shipped_names_has_a_letter() -> None:
    names = "".join(place.name for city in shipped.CITIES for place in shipped.city_places(city))
    assert {c for c in names if "\u3400" <= c <= "\u9fff" and not initials(c)} == set()


@pytest.mark.django_db
def test_names_kept_with_a_letter_missing_get_it(town: AreaChange) -> None:
    street = Area.objects.filter(level=4).order_by("code").first()
    assert street is not None
    Area.objects.filter(pk=street.pk).update(name="滕王阁街道", initials="wgjd")
    renew = import_module("lifang.ground.areas.migrations.0003_initials").renew
    renew(apps, SimpleNamespace(connection=connection))
    assert [area.code for area in Area.objects.search("twg")] == [street.code]
