"""Pictures as they come in: what is looked at, what is kept, what goes again."""

import io
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from PIL import Image

from lifang.ground.access import limits
from lifang.ground.access.doors import public, serves
from lifang.ground.files import store, uploads
from lifang.ground.files.uploads import Photos, takes_photos


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were decoded."""
    names: list[str] = []

    def keep(upload: Any) -> store.Kept:
        names.append(upload.name)
        return store.keep(upload)

    monkeypatch.setattr(uploads, "keep", keep)
    return names


def a_picture(colour: str = "red", side: int = 60) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "JPEG")
    return out.getvalue()


def sent(files: list[bytes], door: Any = None, address: str = "127.0.0.1") -> Photos:
    """What a view behind this door finds after a sender without an account sent these files."""
    request = RequestFactory().post(
        "/x/", {"photos": [SimpleUploadedFile(f"{n}.jpg", data) for n, data in enumerate(files)]}, REMOTE_ADDR=address
    )
    request.user = AnonymousUser()

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    takes_photos((door or public("public.report"))(view))(request)
    return request.photos  # type: ignore[attr-defined, no-any-return]


@pytest.mark.django_db
def test_files_that_are_no_pictures_count_to_the_most(decoded: list[str]) -> None:
    photos = sent([b"no"] * 50 + [a_picture()])
    assert len(decoded) == 9
    assert photos.over == 42
    assert "多出的 42 张没有收下" in " ".join(photos.words())


@pytest.mark.django_db
def test_nothing_is_decoded_for_somebody_whom_the_door_turns_away(decoded: list[str]) -> None:
    sent([a_picture()], serves("event.report"))
    assert decoded == []


@pytest.mark.django_db
def test_an_address_that_sends_too_many_is_held_back_before_decoding(
    decoded: list[str], monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.LIMITS_FILE = tmp_path / "limits"
    limits._counters.cache_clear()
    monkeypatch.setattr(uploads, "PHOTOS", 2)
    photos = sent([a_picture()] * 4, address="198.51.100.7")
    limits._counters.cache_clear()
    assert len(decoded) == len(photos.kept) == 2
    assert "照片太多" in " ".join(photos.words())


def test_one_picture_sent_many_times_at_once_is_kept_once() -> None:
    for colour in ("red", "green", "blue", "black"):
        ready, found = threading.Barrier(8), []

        def send(data: bytes = a_picture(colour, 400), ready: Any = ready, found: Any = found) -> None:
            ready.wait()
            found.append(store.keep(SimpleUploadedFile("a.jpg", data)))

        threads = [threading.Thread(target=send) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert len(set(found)) == 1
        assert [path.name for path in store.path_of(found[0].sha256).parent.iterdir()] == [f"{found[0].sha256}.jpg"]


def test_a_full_disk_is_told_in_words_and_leaves_nothing_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(store.os, "fsync", full)
        with pytest.raises(store.Rejected, match="存不下"):
            store.keep(SimpleUploadedFile("a.jpg", a_picture()))
    assert [path for path in (store.path_of("x").parents[1]).rglob("*") if path.is_file()] == []


def _aged(kept: store.Kept) -> Path:
    path = store.path_of(kept.sha256)
    long_ago = time.time() - 3 * 24 * 3600
    os.utime(path, (long_ago, long_ago))
    return path


def test_a_picture_sent_or_named_again_counts_as_new() -> None:
    kept = store.keep(SimpleUploadedFile("a.jpg", a_picture()))
    for again in (lambda: store.look_up(kept.sha256), lambda: store.keep(SimpleUploadedFile("b.jpg", a_picture()))):
        path = _aged(kept)
        assert again() == kept
        assert store.sweep(lambda _names: set()) == 0
        assert path.exists()
