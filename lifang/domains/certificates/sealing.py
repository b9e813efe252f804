"""Signing the files of certificates (PAdES) and telling whether one is as it was signed."""

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lifang.domains.certificates import keys

FIELD = "LifangSeal"


def sign(pdf: bytes, reason: str) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    said = signers.PdfSignatureMetadata(
        field_name=FIELD, reason=reason, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    path = keys.seal_file()
    return bytes(signers.sign_pdf(writer, said, signer=_signer(path, path.stat().st_mtime_ns)).getvalue())


@cache
def _signer(path: Path, _changed: int) -> signers.SimpleSigner:
    pem = path.read_bytes()
    key = load_pem_private_key(pem, None).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    own, *chain = [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in keys.certificates_in(pem)]
    return signers.SimpleSigner(own, asn1_keys.PrivateKeyInfo.load(key), SimpleCertificateStore.from_certs(chain))


def code_in(pdf: bytes) -> str:
    """The code of the certificate that a file is of, which stands among its keywords; "" where there is none."""
    words = PdfFileReader(io.BytesIO(pdf)).trailer_view["/Info"].get("/Keywords", "")
    return str(words).rstrip("/").rpartition("/v/")[2]


@dataclass(frozen=True)
class Checked:
    """`signed`: it bears a signature. `intact`: nothing was changed or added since. `ours`: by a seal that is believed."""

    signed: bool
    intact: bool = False
    ours: bool = False
    by: str = ""


def check(pdf: bytes) -> Checked:
    try:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if len(found) != 1:
            return Checked(False)
        roots = [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in keys.seals()]
        status = validate_pdf_signature(found[0], ValidationContext(trust_roots=roots))
    except (PdfError, SigningError, SignatureValidationError, ValueError, TypeError, KeyError, IndexError):
        return Checked(False)
    whole = status.intact and status.valid and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return Checked(True, whole, status.trusted, str(found[0].signer_cert.subject.human_friendly))
