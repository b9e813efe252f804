"""certificates/*.yaml: what stands on each certificate that a community may issue, and how it is made sure of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.shapes.values import Citation, read_at


@dataclass(frozen=True, slots=True)
class Attested:
    """A fact on a certificate: drawn from ``element`` of the registers, or written down where that is "".

    ``checks`` are the ways (words.CHECKS) in which it may be made sure of, the usual one first.
    """

    title: str
    element: str
    checks: tuple[str, ...]
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class CertificateForm:
    """How the matter of its name is certified from ``since`` on.

    ``days`` it is good for, ``copies`` at most are sealed, holders of ``signs`` (roles) sign it, ``working_days`` are the
    limit; one ``at_once`` is issued while the applicant waits. ``wording`` names its facts in braces.
    """

    since: date
    source: Citation
    days: int
    copies: int
    signs: tuple[str, ...]
    working_days: int
    at_once: bool
    facts: Mapping[str, Attested]
    wording: str
    at: Where = read_at()
