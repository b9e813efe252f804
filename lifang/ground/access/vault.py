"""Sensitive values: encrypted by field with rotating keys, found by a keyed blind index, shown masked.

Keys lie in the data folder's `keys/` as `field_<n>`, n from 1 to 255; the highest number encrypts, all of them
decrypt. Only the first key is ever made here. Another one is put there by hand, and used after a restart.
A sealed value is one byte of key number, 12 bytes of nonce and the AES-256-GCM text.
"""

import hashlib
import hmac
import os
import re
import unicodedata
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from lifang.config import kept_secret

KEY_FILE = re.compile(r"field_([1-9]\d?|1\d\d|2[0-4]\d|25[0-5])")


class Unreadable(Exception):
    """A sealed value was altered, or its key is not in the data folder."""


@cache
def _key(number: int, make: bool = False) -> bytes:
    return hashlib.sha256(kept_secret(settings.DATA_DIR, f"field_{number}", make=make).encode()).digest()


@cache
def _newest() -> int:
    found = (KEY_FILE.fullmatch(path.name) for path in (settings.DATA_DIR / "keys").glob("field_*"))
    return max((int(match[1]) for match in found if match), default=1)


def seal(value: str, binding: str) -> bytes:
    """Encrypt a value; `binding` (table and field) must be the same to open it. Empty stays empty."""
    if not value:
        return b""
    number, nonce = _newest(), os.urandom(12)
    return bytes([number]) + nonce + AESGCM(_key(number, number == 1)).encrypt(nonce, value.encode(), binding.encode())


def unseal(sealed: bytes, binding: str) -> str:
    """Decrypt a value; raises Unreadable when it was altered or moved to another field, or its key is missing."""
    sealed = bytes(sealed)
    if not sealed:
        return ""
    try:
        return AESGCM(_key(sealed[0])).decrypt(sealed[1:13], sealed[13:], binding.encode()).decode()
    except (InvalidTag, FileNotFoundError, ValueError):
        raise Unreadable(binding) from None


def blind_index(value: str, binding: str) -> bytes | None:
    """16 bytes by which equal values are found without reading them; None for an empty value."""
    if not value:
        return None
    secret = kept_secret(settings.DATA_DIR, "blind_index").encode()
    return hmac.digest(secret, f"{binding}\0{value}".encode(), "sha256")[:16]


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
