"""The keys of certificates: those that sign the codes on paper, and the seal that signs the files.

They lie in the data folder's `keys/`. `code_<n>` are secrets from which P-256 keys are derived, the highest signs, all
verify. `seal.pem` holds the private key and the certificate of the seal with its chain; a self-signed one is made where
there is none, and a real one is put in its place. `seals/` keeps certificates of seals that signed before.
"""

import contextlib
import datetime as dt
import hashlib
import os
import re
import tempfile
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from django.conf import settings

from lifang.config import kept_secret

CURVE = ec.SECP256R1()
CODE = re.compile(r"code_([1-9]\d?)")
LAST = 99
SELF_SIGNED = "里坊平台（自签名，正式使用前须更换）"
YEARS = 20


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "keys"


def newest() -> int:
    """The number of the key that signs codes."""
    return max((int(found[1]) for path in _folder().glob("code_*") if (found := CODE.fullmatch(path.name))), default=1)


def make_code_key() -> int:
    """A new key signs codes from now on; codes of earlier ones stay good. Its number."""
    number = newest() + 1 if (_folder() / "code_1").exists() else 1
    if number > LAST:
        raise OverflowError("no number is left for another key")
    kept_secret(settings.DATA_DIR, f"code_{number}")
    return number


def code_key(number: int) -> ec.EllipticCurvePrivateKey:
    """Raises FileNotFoundError for a key that is not there."""
    return _derived(kept_secret(settings.DATA_DIR, f"code_{number}", make=number == 1))


@cache
def _derived(secret: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(hashlib.sha512(b"lifang.certificate.code\0" + secret.encode()).digest())
    return ec.derive_private_key(number % (CURVE.group_order - 1) + 1, CURVE)


def public_codes() -> dict[int, str]:
    """By number the public keys of codes, as hexadecimal points."""
    code_key(newest())
    found = {}
    for number in range(1, newest() + 1):
        with contextlib.suppress(FileNotFoundError):
            point = code_key(number).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            found[number] = point.hex()
    return found


def seal_file() -> Path:
    """Where the seal's key and certificates lie; made where there is none."""
    path = _folder() / "seal.pem"
    if not path.exists():
        _place(path, _self_signed())
    return path


def seals() -> list[x509.Certificate]:
    """The certificates that are believed: the seal's, with its chain, and those of seals before."""
    files = [seal_file(), *sorted((_folder() / "seals").glob("*.pem"))]
    return [one for path in files for one in certificates_in(path.read_bytes())]


def certificates_in(pem: bytes) -> list[x509.Certificate]:
    found = re.findall(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", pem, re.S)
    return [x509.load_pem_x509_certificate(one) for one in found]


def pem_of(one: x509.Certificate) -> bytes:
    return one.public_bytes(Encoding.PEM)


def _self_signed() -> bytes:
    key, now = ec.generate_private_key(CURVE), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SELF_SIGNED)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem_of(made)


def _place(path: Path, content: bytes) -> None:
    """Whole, under its name, readable by its owner alone; whoever was first wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    number, fresh = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with open(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        os.unlink(fresh)
