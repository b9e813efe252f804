"""What somebody does at the desk with files of one system, as tests do it."""

import html
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lifang.blocks.registry.imports import actions
from lifang.blocks.registry.models import Import
from lifang.blocks.registry.tests.situations import HEADS, Town
from lifang.ground.access.models import User
from lifang.ground.trail.models import Entry
from tests.situations import EAST_STREET


class Desk:
    """What somebody does at the desk with files of one system."""

    def __init__(self, town: Town, person: User, department: str = "police") -> None:
        self.town, self.person, self.system, self.client = town, person, town.systems[department], Client()
        self.client.force_login(person)

    def sends(self, content: bytes, name: str = "一.csv", **typed: Any) -> Any:
        given = {"held_on": "2026-06-01", "area": str(EAST_STREET // 1000), **typed}
        file = SimpleUploadedFile(name, content)
        return self.client.post(reverse("data_send", args=[self.system.pk]), {**given, "file": file})

    def sent(self, *rows: tuple[str, ...], heads: tuple[str, ...] = HEADS, **typed: Any) -> Import:
        answer = self.sends(csv_of(heads, *rows), **typed)
        assert answer.status_code == 302, answer.content.decode()
        return self.newest()

    def newest(self) -> Import:
        with self.town.all_places():
            return Import.objects.filter(system=self.system).latest("pk")

    def confirms(self, imported: Import, **changed: str) -> Any:
        """The columns as the page offers them, but for those changed."""
        address = reverse("data_columns", args=[imported.pk])
        page = self.client.get(address).content.decode()
        offered = {}
        for name, options in re.findall(r'<select class="select" name="(column-\d+)".*?>(.*?)</select>', page, re.S):
            chosen = re.search(r'<option value="(\w*)" selected', options)
            offered[name] = chosen[1] if chosen else ""
        return self.client.post(address, {**offered, **changed})

    def checked(self, *rows: tuple[str, ...], **typed: Any) -> Import:
        imported = self.sent(*rows, **typed)
        assert self.confirms(imported).status_code == 302
        with self.town.all_places():
            actions.check(imported.pk)
        return self.newest()

    def taken(self, *rows: tuple[str, ...], **typed: Any) -> Import:
        imported = self.checked(*rows, **typed)
        self.does("data_take", imported)
        with self.town.all_places():
            actions.take(imported.pk)
        return self.newest()

    def takes_back(self, imported: Import) -> Import:
        self.does("data_undo", imported)
        with self.town.all_places():
            actions.undo(imported.pk, self.person.pk)
        return self.newest()

    def does(self, act: str, imported: Import) -> Any:
        return self.client.post(reverse(act, args=[imported.pk]), follow=act != "data_corrected")

    def page(self, imported: Import, **asked: str) -> str:
        answer = self.client.get(reverse("data_import", args=[imported.pk]), asked)
        assert answer.status_code == 200
        return html.unescape(answer.content.decode())


def csv_of(*rows: tuple[str, ...]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode()


def state_of(town: Town, imported: Import) -> str:
    with town.all_places():
        return Import.objects.get(pk=imported.pk).state


def trail_of(town: Town, imported: Import) -> list[str]:
    with town.all_places():
        found = Entry.objects.filter(kind="import", object_id=str(imported.pk)).order_by("pk")
        return list(found.values_list("what", flat=True))
