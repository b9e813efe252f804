"""What the QR code of a certificate says, signed, so that it is verified without asking anybody.

A code is, in base64url without padding: one byte of version, one byte of key number, the content as JSON in UTF-8, and 64
bytes of ECDSA signature over all before it (P-256, SHA-256, r and s). The content is a list: number, title, who issued
it, whom it is about (masked), the day of issue, the last day, the digest of the wording.
"""

import base64
import binascii
import datetime as dt
import hashlib
import json
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from lifang.domains.certificates import keys

VERSION, SIGNATURE, HALF = 1, 64, 32
LONGEST = 2000
ALPHABET = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of the check code: no letters that are read as digits (Crockford)."""


class Unreadable(Exception):
    """The text is no code of a certificate."""


class Forged(Exception):
    """It looks like one, but no key of ours signed it, or it was altered."""


@dataclass(frozen=True)
class Signed:
    """What a code says."""

    number: str
    title: str
    issuer: str
    whom: str
    issued_on: dt.date
    until: dt.date
    digest: str


def sign(said: Signed) -> str:
    number = keys.newest()
    content = [said.number, said.title, said.issuer, said.whom, str(said.issued_on), str(said.until), said.digest]
    body = bytes([VERSION, number]) + json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    r, s = decode_dss_signature(keys.code_key(number).sign(body, ec.ECDSA(hashes.SHA256())))
    return base64.urlsafe_b64encode(body + r.to_bytes(HALF) + s.to_bytes(HALF)).rstrip(b"=").decode()


def read(code: str) -> Signed:
    """Raises Unreadable or Forged."""
    try:
        if len(code) > LONGEST or not code.isascii():
            raise Unreadable
        whole = base64.b64decode(code.encode() + b"=" * (-len(code) % 4), b"-_", validate=True)
        body, signature = whole[:-SIGNATURE], whole[-SIGNATURE:]
        if len(signature) < SIGNATURE or len(body) < 2 or body[0] != VERSION:
            raise Unreadable
        _check(body, signature)
        number, title, issuer, whom, issued, until, digest = json.loads(body[2:])
        said = Signed(number, title, issuer, whom, dt.date.fromisoformat(issued), dt.date.fromisoformat(until), digest)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise Unreadable from None
    return said


def _check(body: bytes, signature: bytes) -> None:
    pair = encode_dss_signature(int.from_bytes(signature[:HALF]), int.from_bytes(signature[HALF:]))
    try:
        keys.code_key(body[1]).public_key().verify(pair, body, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, FileNotFoundError):
        raise Forged from None


def check_code(code: str) -> str:
    """Eight characters to be typed with the number by whoever cannot scan."""
    number = int.from_bytes(hashlib.sha256(code.encode()).digest()[:5])
    return "".join(chr(ALPHABET[number >> shift & 31]) for shift in range(35, -5, -5))


def digest(*said: str) -> str:
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:32]
