"""Pictures, kept by the hash of their cleaned bytes.

What comes in is decoded and written anew: place, camera and every other datum of the original are gone, and
nothing but a picture can be kept. A picture is on the disk before its case is acknowledged.
"""

import errno
import hashlib
import io
import os
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from lifang.ground.files.whole import write_whole

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 1920
FORMATS = ("JPEG", "PNG", "WEBP")
MIME = "image/jpeg"
FULL = (errno.ENOSPC, errno.EDQUOT)
UNNAMED_SECONDS = 2 * 24 * 3600


class Rejected(Exception):
    """The upload was not kept; the message says why and what is allowed."""


@dataclass(frozen=True)
class Kept:
    """A kept picture: fingerprint, size in bytes, width and height in pixels."""

    sha256: str
    size: int
    width: int
    height: int


def path_of(sha256: str) -> Path:
    return Path(settings.DATA_DIR) / "files" / sha256[:2] / f"{sha256}.jpg"


def keep(upload: UploadedFile) -> Kept:
    """Clean and keep one picture. Raises Rejected."""
    name = (upload.name or "")[:60]
    if (upload.size or 0) > MAX_BYTES:
        raise Rejected(
            _("「{name}」超过 {n} MB，没有收下。请换一张小一些的照片。").format(name=name, n=MAX_BYTES >> 20)
        )
    try:
        return _write(_cleaned(upload.read()))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise Rejected(
                _("「{name}」现在存不下，没有收下。请稍后再传，或者先不带照片。").format(name=name)
            ) from error
        if isinstance(error, OSError) and error.errno:
            raise
        raise Rejected(
            _("「{name}」不是能识别的照片，没有收下。可以传 JPG、PNG 或 WebP 格式的照片。").format(name=name)
        ) from None


def _cleaned(data: bytes) -> tuple[bytes, int, int]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise ValueError
            opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((MAX_SIDE, MAX_SIDE))
            flat = Image.new("RGB", upright.size, "white")
            flat.paste(upright, mask=upright.getchannel("A") if "A" in upright.getbands() else None)
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=85)
    return out.getvalue(), flat.width, flat.height


def _write(picture: tuple[bytes, int, int]) -> Kept:
    data, width, height = picture
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(sha256)
    if path.exists():
        os.utime(path)
    else:
        write_whole(path, data)
    return Kept(sha256, len(data), width, height)


def look_up(sha256: str) -> Kept | None:
    """A picture kept before, by its fingerprint; it counts as new from now on."""
    path = path_of(sha256)
    if not path.is_file():
        return None
    os.utime(path)
    with Image.open(path) as picture:
        return Kept(sha256, path.stat().st_size, picture.width, picture.height)


def sweep(used: Callable[[Iterable[str]], set[str]]) -> int:
    """Remove files older than two days that nothing names; `used` says which of the fingerprints are named.

    Returns how many went. A picture waits here while its report is being written; most reports are sent at once.
    """
    before, gone = time.time() - UNNAMED_SECONDS, 0
    for folder in sorted((Path(settings.DATA_DIR) / "files").glob("??")):
        old = {path.stem: path for path in folder.iterdir() if path.stat().st_mtime < before}
        named = used(old) if old else set()
        for fingerprint, path in old.items():
            if fingerprint not in named and path.stat().st_mtime < before:
                path.unlink()
                gone += 1
    return gone
