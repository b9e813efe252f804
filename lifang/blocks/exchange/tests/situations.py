"""What a community worker types, as tests send it."""

from typing import Any

from django.test import Client

from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.models import User
from tests.situations import EAST_COMMUNITY

GROUNDS = {"held_on": "2026-07-01", "paper": "户口簿", "reason": "新搬来"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def types(town: Town, **more: str) -> Any:
    """The community's worker enters somebody."""
    typed = {
        "name": "何梅",
        "phone": "13700030003",
        "birth": "1990-05-06",
        "area": str(EAST_COMMUNITY),
        **GROUNDS,
        **more,
    }
    return signed_in(town.worker).post("/desk/persons/new/", typed)


def corrects(town: Town, person: Person, element: str, value: str, **more: Any) -> Any:
    given = {"value": value, **GROUNDS, **more}
    return signed_in(town.worker).post(f"/desk/persons/{person.pk}/correct/?element={element}", given)


def person_named(town: Town, name: str) -> Person:
    return next(person for person in town.persons() if person.name == name)
