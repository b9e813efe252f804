"""Sensitive values: encrypted by field with rotating keys, found by a keyed blind index, shown masked.

Keys lie in the data folder's `keys/` as `field_<n>`, n from 1 to 255; the highest number encrypts, all of them
decrypt. Every process sees a new one within SEEN seconds. A sealed value is one byte of key number, 12 bytes of nonce and the AES-256-GCM text.
"""

import hashlib
import hmac
import os
import re
import time
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from lifang.config import kept_secret

KEY_FILE = re.compile(r"field_([1-9]\d?|1\d\d|2[0-4]\d|25[0-5])")
LAST_KEY = 255
NONCE = 12
SEEN = 10


class Unreadable(Exception):
    """A sealed value was altered, or its key is not in the data folder."""


@cache
def _cipher(number: int, make: bool = False) -> AESGCM:
    return AESGCM(hashlib.sha256(kept_secret(settings.DATA_DIR, f"field_{number}", make=make).encode()).digest())


def keys() -> dict[int, Path]:
    """The field keys that are in the data folder, by number."""
    found = {path: KEY_FILE.fullmatch(path.name) for path in (settings.DATA_DIR / "keys").glob("field_*")}
    return {int(match[1]): path for path, match in sorted(found.items()) if match}


def newest() -> int:
    """The number of the key that encrypts."""
    return _newest_at(time.monotonic() // SEEN)


@lru_cache(maxsize=1)
def _newest_at(_moment: float) -> int:
    return max(keys(), default=1)


def make_key() -> int:
    """Put a new key into the data folder, which encrypts from now on, elsewhere within SEEN seconds. Its number."""
    number = max(keys(), default=0) + 1
    if number > LAST_KEY:
        raise OverflowError("no number is left for another key")
    _cipher(number, True)
    _newest_at.cache_clear()
    return number


class Sealed(models.BinaryField):
    """A column of sealed values: `binding` is what they are sealed with, `title` what they are in words.

    To the database it is a column of bytes.
    """

    def __init__(self, *args: Any, binding: str = "", title: Any = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.binding, self.title = binding, title

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.BinaryField", args, options


def seal(value: str, binding: str) -> bytes:
    """Encrypt a value; `binding` (table and field) must be the same to open it. Empty stays empty."""
    return seal_bytes(value.encode(), binding)


def seal_bytes(value: bytes, binding: str) -> bytes:
    """As `seal`, for files."""
    if not value:
        return b""
    number, nonce = newest(), os.urandom(NONCE)
    return bytes([number]) + nonce + _cipher(number, number == 1).encrypt(nonce, value, binding.encode())


def seal_many(values: Sequence[str], binding: str) -> list[bytes]:
    """`seal` of each value: the key is sought and chance asked for once, which is most of the cost of a short one."""
    number, bound = newest(), binding.encode()
    cipher, head, chance = _cipher(number, number == 1), bytes([number]), os.urandom(NONCE * len(values))
    nonces = (chance[at : at + NONCE] for at in range(0, len(chance), NONCE))
    return [
        head + nonce + cipher.encrypt(nonce, value.encode(), bound) if value else b""
        for nonce, value in zip(nonces, values, strict=True)
    ]


def unseal(sealed: bytes, binding: str) -> str:
    """Decrypt a value; raises Unreadable when it was altered or moved to another field, or its key is missing."""
    return unseal_bytes(sealed, binding).decode()


def unseal_bytes(sealed: bytes, binding: str) -> bytes:
    """As `unseal`, for files."""
    sealed = bytes(sealed)
    if not sealed:
        return b""
    try:
        return _cipher(sealed[0]).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], binding.encode())
    except (InvalidTag, FileNotFoundError, ValueError):
        raise Unreadable(binding) from None


def blind_index(value: str, binding: str) -> bytes | None:
    """16 bytes by which equal values are found without reading them; None for an empty value."""
    if not value:
        return None
    return hmac.digest(index_secret(), f"{binding}\0{value}".encode(), "sha256")[:16]


@cache
def index_secret() -> bytes:
    """The key of all blind indexes; docs/how-to/keep-personal-data.md says what changing it costs."""
    return kept_secret(settings.DATA_DIR, "blind_index").encode()


def phone_digits(value: str) -> str:
    """A telephone number as it is compared: its digits, full width read, without the country's +86."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", value))
    return re.sub(r"^(0086|86)(?=1\d{10}$)", "", digits)


def mask_phone(value: str) -> str:
    """138****5678; shorter numbers keep their last two digits."""
    digits = re.sub(r"\D", "", value)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else "*" * max(len(digits) - 2, 0) + digits[-2:]


def mask_name(value: str) -> str:
    """The surname, then a star for each further character."""
    return value[:1] + "*" * max(len(value) - 1, 0)
