"""What may be certified at a place on a day, and what may not, with who must do so instead."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.queries import Matter
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import CertificateForm

OPINION = "certificate_opinion"


@dataclass(frozen=True)
class Kind:
    """A listed certificate with its form; without one it is listed but cannot be made out."""

    matter: Matter
    form: CertificateForm | None

    @property
    def name(self) -> str:
        return self.matter.name

    @property
    def title(self) -> str:
        return self.matter.title


def listed(area: int, on: dt.date) -> Mapping[str, Kind]:
    """Every certificate of class certify that stands at a place on a day."""
    forms = packs.certificates(area, on)
    return {
        name: Kind(matter, forms.get(name))
        for name, matter in matters.of_packs(area, on).items()
        if matter.class_ == "certify"
    }


def issuable(area: int, on: dt.date) -> Mapping[str, Kind]:
    return {name: kind for name, kind in listed(area, on).items() if kind.form}


def refused(area: int, on: dt.date) -> Mapping[str, Matter]:
    """The certificates that a community must not issue."""
    return {name: matter for name, matter in matters.of_packs(area, on).items() if matter.class_ == "refuse"}


@dataclass(frozen=True)
class Short:
    """A list of which a document states the number of items and not all are loaded. `forbids`: what may not be issued."""

    document: str
    stated: int
    loaded: int
    forbids: bool


def short(area: int, on: dt.date) -> list[Short]:
    return [
        Short(_document(one.catalogue.source.document, area), one.stated, one.loaded, one.class_ == "refuse")
        for one in matters.counts(area, on)
        if one.class_ in ("certify", "refuse") and one.stated is not None and one.loaded != one.stated
    ]


def _document(name: str, area: int) -> str:
    source = packs.source(name, area)
    number = f"（{source.number}）" if source.number else ""
    return f"《{source.title}》{number}"


@dataclass(frozen=True)
class Way:
    """Who must issue a certificate instead, what the resident does, and by which rule."""

    owner: str
    guide: str
    rule: str


def way_of(name: str, area: int, on: dt.date) -> Way:
    """Of a listed one its own; of any other the general rule."""
    matter = refused(area, on).get(name)
    if matter is not None:
        return Way(packs.units()[matter.owner].title, matter.guide, matter.citation)
    return Way(
        _("要证明的单位"),
        _(
            "能用身份证、户口簿等证件说明的，出示证件；部门之间能查到的，由要证明的单位去查；法律法规没有规定的，不用证明。"
        ),
        _document(OPINION, area),
    )
