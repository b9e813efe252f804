"""The key that seals is changed while the city lives on."""

import os
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client

from lifang.blocks.privacy import rotation
from lifang.blocks.registry.facts import SEALED
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.tests.situations import HEADS, LIN_ROW, ZHOU_ROW, Town
from lifang.ground.access import vault
from tests.situations import CITY, a_person

# Columns of bytes that hold nothing sealed, and why.
BYTES = {
    "areas_area.boundary": "public shapes",
    "cases_voice.phone_index": "a keyed hash",
    "api_apitoken.digest": "a hash",
}
# Bytes that are sealed into a column of the database.
SEALS_COLUMNS = {"lifang/blocks/forms/making.py", "lifang/domains/certificates/issuing.py"}
SEALS_FILES = {"lifang/blocks/registry/imports/files.py", "lifang/blocks/privacy/rotation.py"}


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Keys and files of this test's own."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    forget()
    yield tmp_path / "keys"
    monkeypatch.undo()
    forget()


def forget() -> None:
    vault._cipher.cache_clear()
    vault._newest_at.cache_clear()


def made_long_ago(key: Path) -> None:
    os.utime(key, (0, 0))


def said(what: str) -> str:
    out = StringIO()
    call_command("keys", what, stdout=out)
    return out.getvalue()


@pytest.fixture
def two(town: Town) -> list[Person]:
    heads = (*HEADS, "残疾等级")
    town.took("police", [(*ZHOU_ROW, "二级"), (*LIN_ROW, "")], heads=heads)
    return town.persons()


def phones(town: Town, persons: list[Person]) -> set[str]:
    client = Client()
    client.force_login(town.worker)
    found = set()
    for person in persons:
        for value, _words in client.get(f"/desk/persons/{person.pk}/").context["shown"].hidden:
            asked = {"value": value, "purpose": "联系本人"}
            page = client.post(f"/desk/persons/{person.pk}/reveal/", asked).content.decode()
            found |= set(re.findall(r"\b1\d{10}\b", page))
    return found


def test_what_older_keys_sealed_is_sealed_anew_and_opens_as_before(
    town: Town, two: list[Person], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    assert "Key 2 seals" in said("rotate")
    said("reseal")
    counts = rotation.counted()
    assert {name: dict(of_key) for name, of_key in counts.items() if of_key} == {
        "registry_record.sealed": {2: 2}, "registry_special.sealed": {2: 1}, "registry_head.sealed": {2: 1},
        "imports": {2: 1},
    }  # fmt: skip
    (folder / "field_1").unlink()
    forget()
    assert phones(town, two[:1]) == {ZHOU_ROW[4]}
    assert "二级" in guarded(town, two[0])


def guarded(town: Town, person: Person) -> str:
    client = Client()
    client.force_login(town.worker)
    asked = {"value": "disability", "purpose": "上门走访"}
    return client.post(f"/desk/persons/{person.pk}/guarded/", asked).content.decode()


def test_a_key_retires_only_when_nothing_needs_it(two: list[Person], folder: Path) -> None:
    said("rotate")
    with pytest.raises(CommandError, match="began before"):
        said("retire")
    made_long_ago(folder / "field_2")
    with pytest.raises(CommandError, match="remain"):
        said("retire")
    said("reseal")
    assert "Retired to keys/retired: 1." in said("retire")
    assert sorted(path.name for path in folder.glob("field_*")) == ["field_2"]
    assert (folder / "retired" / "field_1").exists()


def test_sealing_anew_that_was_killed_goes_on_where_it_was(two: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    said("rotate")
    monkeypatch.setattr(rotation, "BATCH", 1)
    seal, sealed = vault.seal_bytes, []

    def killed(value: bytes, binding: str) -> bytes:
        if sealed:
            raise KeyboardInterrupt
        if binding == SEALED:
            sealed.append(binding)
        return seal(value, binding)

    with monkeypatch.context() as once:
        once.setattr(vault, "seal_bytes", killed)
        with pytest.raises(KeyboardInterrupt):
            rotation.reseal()
    assert rotation.counted()["registry_record.sealed"] == {1: 1, 2: 1}
    assert rotation.reseal()["registry_record.sealed"] == 1


def test_what_no_key_opens_stays_and_holds_its_key(town: Town, two: list[Person], folder: Path) -> None:
    with town.all_places():
        record = Record.objects.first()
        Record.objects.filter(pk=record.pk).update(sealed=bytes(record.sealed)[:-1] + b"?")
    said("rotate")
    said("reseal")
    made_long_ago(folder / "field_2")
    assert rotation.counted()["registry_record.sealed"] == {1: 1, 2: 1}
    with pytest.raises(CommandError, match="remain"):
        said("retire")


def test_an_administrator_sees_how_many_values_each_key_sealed(two: list[Person]) -> None:
    client = Client()
    client.force_login(a_person("administrator", CITY))
    said("rotate")
    page = client.get("/desk/admin/keys/")
    assert page.context["newest"] == 2
    assert ("部门送来的文件", [1, 0]) in [(row.title, row.counts) for row in page.context["rows"]]


def test_every_column_of_bytes_says_whether_it_is_sealed() -> None:
    """A new sealed column is a `vault.Sealed`, so that a changed key reaches it."""
    found = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.BinaryField) and not isinstance(field, vault.Sealed)
    }
    assert found == set(BYTES)
    assert all(column.binding and column.title for column in rotation.columns())
    assert len({column.binding for column in rotation.columns()}) == len(rotation.columns())


def test_every_folder_of_sealed_files_is_known() -> None:
    """Whoever seals files names their folder in `rotation.FOLDERS`, or a changed key would not reach them."""
    root = Path(settings.BASE_DIR)
    found = {
        str(path.relative_to(root))
        for path in (root / "lifang").rglob("*.py")
        if "tests" not in path.parts and re.search(r"\bseal_bytes\(", path.read_text())
    }
    assert found - {"lifang/ground/access/vault.py"} - SEALS_COLUMNS == SEALS_FILES


def test_a_page_that_needs_a_missing_key_says_so_and_works_once_the_key_is_back(town: Town, folder: Path) -> None:
    for system, school in {"civil_affairs": "高中", "health": "初中"}.items():
        town.took(system, [(*ZHOU_ROW, school)], heads=(*HEADS, "文化程度"))
    client = Client(raise_request_exception=False)
    client.force_login(town.worker)
    (folder / "field_1").rename(folder / "away")
    forget()
    page = client.get("/desk/data/review/conflicts/")
    assert page.status_code == 503
    assert "缺少密钥" in page.content.decode()
    (folder / "away").rename(folder / "field_1")
    forget()
    assert client.get("/desk/data/review/conflicts/").status_code == 200
