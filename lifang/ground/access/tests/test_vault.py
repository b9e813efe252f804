"""Sealed values and the keys that open them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lifang.config import BadKey, kept_secret
from lifang.ground.access import vault

PHONE, FIELD = "13800000000", "cases_voice.phone"


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path
    _restarted()
    yield tmp_path / "keys"
    _restarted()


def _restarted() -> None:
    vault._cipher.cache_clear()
    vault._newest_at.cache_clear()


def test_what_is_sealed_opens_again_and_looks_different_each_time() -> None:
    one, two = vault.seal(PHONE, FIELD), vault.seal(PHONE, FIELD)
    assert one != two
    assert PHONE.encode() not in one
    assert vault.unseal(one, FIELD) == vault.unseal(memoryview(two), FIELD) == PHONE  # type: ignore[arg-type]
    assert vault.seal("", FIELD) == b""
    assert vault.unseal(b"", FIELD) == ""


def test_many_that_are_sealed_at_once_open_each_alone_and_look_different() -> None:
    sealed = vault.seal_many(["13800010001", "", "13800010001"], "voice.phone")
    assert [vault.unseal(one, "voice.phone") for one in sealed] == ["13800010001", "", "13800010001"]
    assert sealed[0] != sealed[2]
    assert sealed[1] == b""


def test_a_second_key_seals_from_the_next_start_on_and_the_first_still_opens(keys: Path) -> None:
    old = vault.seal(PHONE, FIELD)
    (keys / "field_2").write_text("another long secret, put there by hand")
    _restarted()
    new = vault.seal(PHONE, FIELD)
    assert (old[0], new[0]) == (1, 2)
    assert vault.unseal(old, FIELD) == vault.unseal(new, FIELD) == PHONE


def test_an_altered_byte_or_another_field_does_not_open() -> None:
    sealed = vault.seal(PHONE, FIELD)
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(vault.Unreadable):
            vault.unseal(bytes(altered), FIELD)
    for short in (sealed[:1], sealed[:9], sealed[:20]):
        with pytest.raises(vault.Unreadable):
            vault.unseal(short, FIELD)
    with pytest.raises(vault.Unreadable):
        vault.unseal(sealed, "cases_voice.name")


def test_a_file_that_a_killed_process_left_among_the_keys_harms_nothing(keys: Path) -> None:
    sealed = vault.seal(PHONE, FIELD)
    for stray in ("field_1.4711", "field_2.tmp", "field_", "field_999", ".new-abc"):
        (keys / stray).write_text("")
    _restarted()
    assert vault.unseal(vault.seal(PHONE, FIELD), FIELD) == vault.unseal(sealed, FIELD) == PHONE


def test_a_missing_key_is_not_made_by_reading(keys: Path) -> None:
    sealed = vault.seal(PHONE, FIELD)
    (keys / "field_1").unlink()
    _restarted()
    with pytest.raises(vault.Unreadable):
        vault.unseal(sealed, FIELD)
    assert not (keys / "field_1").exists()


def test_an_empty_key_is_refused_by_name(keys: Path, tmp_path: Path) -> None:
    keys.mkdir()
    (keys / "field_1").touch()
    with pytest.raises(BadKey, match="field_1"):
        vault.seal(PHONE, FIELD)
    (keys / "secret_key").touch()
    with pytest.raises(BadKey, match="secret_key"):
        kept_secret(tmp_path, "secret_key")


def test_a_full_disk_leaves_no_key_rather_than_half_of_one(
    keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("lifang.config.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            kept_secret(tmp_path, "app_password")
    assert list(keys.iterdir()) == []
    assert kept_secret(tmp_path, "app_password") == kept_secret(tmp_path, "app_password")
    assert (keys / "app_password").stat().st_mode & 0o777 == 0o600
