"""Housekeeping of the files folder."""

import io
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from lifang.blocks.cases.models import Case, Photo
from lifang.ground.access.scope import system_scope
from lifang.ground.files import store
from lifang.server.tasks import sweep_pictures
from tests.situations import EAST


@pytest.mark.django_db
def test_pictures_that_no_case_holds_go_after_two_days(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    held, waiting, forgotten = (_kept(colour) for colour in ("red", "green", "blue"))
    with system_scope("test"):
        case = Case.objects.create(number="1", type="event", area=EAST, opened_at=timezone.now())
        Photo.objects.create(case=case, sha256=held.sha256, mime=store.MIME, size=1, width=1, height=1)
    half = store.path_of(forgotten.sha256).with_name("tmphalf")
    half.write_bytes(b"half")
    long_ago = time.time() - 3 * 24 * 3600
    for path in (store.path_of(held.sha256), store.path_of(forgotten.sha256), half):
        os.utime(path, (long_ago, long_ago))
    sweep_pictures(0)
    assert store.path_of(held.sha256).exists()
    assert store.path_of(waiting.sha256).exists()
    assert not store.path_of(forgotten.sha256).exists()
    assert not half.exists()


def _kept(colour: str) -> store.Kept:
    out = io.BytesIO()
    Image.new("RGB", (60, 60), colour).save(out, "PNG")
    return store.keep(SimpleUploadedFile("a.png", out.getvalue()))
