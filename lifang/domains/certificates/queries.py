"""Lists of certificates, the seal register, and what a month was."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from lifang.blocks.cases.actions import UNREAD
from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.numbers import normalise
from lifang.domains.certificates.models import Certificate, Letter, Printing, SealUse
from lifang.ground import prepared
from lifang.ground.access.doors import Foreign
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import current, system_scope
from lifang.ground.areas.codes import span

MOST_SHOWN = 5
OF_PERSONS = f"WHERE person = ANY(%s) ORDER BY case_id DESC LIMIT {MOST_SHOWN}"
STATES = ("asked", "checked", "issued", "refused", "revoked", "expired", "void")


def here() -> QuerySet[Certificate]:
    """The certificates of the scope."""
    return Certificate.objects.filter(in_places("area", current().places)).select_related("case")


def certificate_here(number: str) -> Certificate:
    """Raises Foreign (a 404) where the scope does not reach it."""
    wanted = normalise(number[:40]) or ""
    found = here().filter(number=wanted).first()
    if found is not None:
        return found
    with system_scope("certificate.foreign"):
        area = Certificate.objects.filter(number=wanted).values_list("area", flat=True).first()
    raise missing(number, area)


def of_persons(persons: Sequence[int]) -> list[tuple[Certificate, str]]:
    """What was asked for about somebody, the newest first, each with its state in words. Runs under `certificate.read`."""
    found = prepared.select(Certificate, OF_PERSONS, [[*persons]])
    found = prepared.join(found, "case", without=UNREAD)
    return [(one, type_of(one.case).states[one.case.state].title) for one in found]


def missing(number: str, area: int | None = None) -> Foreign:
    return Foreign(_("没有这件证明，或者你没有查看的权限。"), kind="certificate", object_id=number[:24], area=area)


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; what cannot be read is left out."""

    area: int | None = None
    state: str = ""
    kind: str = ""
    body: str = ""
    number: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str], area: int | None) -> Self:
        def text(name: str) -> str:
            return given.get(name, "").strip().replace("\0", "")[:80]

        state = text("state") if text("state") in STATES else ""
        return cls(area, state, text("kind")[:40], text("body"), text("number"))

    def apply(self, found: QuerySet[Certificate]) -> QuerySet[Certificate]:
        if self.area:
            below = span(self.area)
            found = found.filter(area__gte=below.start, area__lt=below.stop)
        if self.state:
            found = found.filter(case__state=self.state)
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.body:
            found = found.filter(body__contains=self.body)
        if self.number:
            found = found.filter(number=normalise(self.number) or "-")
        return found.order_by("-case__opened_at", "-pk")


@dataclass(frozen=True)
class Line:
    """Of one kind in a month: how many were asked for, and what became of those."""

    title: str
    states: Mapping[str, int]
    copies: int

    @property
    def asked(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True)
class Month:
    """What was asked for in a month, by kind; and who asked in vain for what, with how many letters are still not there."""

    first: dt.date
    lines: list[Line]
    unlisted: list[tuple[str, str, int]]
    undelivered: int


def month(area: int | None, first: dt.date, listed: Collection[str]) -> Month:
    """`listed` are the names of the certificates that may be issued: who asks for others asks in vain."""
    after = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    found = Filters(area=area).apply(here()).filter(
        case__opened_at__gte=midnight(first), case__opened_at__lt=midnight(after)
    ).order_by()  # fmt: skip
    states: dict[tuple[str, str], Counter[str]] = {}
    for kind, title, state, n in found.values_list("kind", "title", "case__state").annotate(n=Count("pk")):
        states.setdefault((kind, title), Counter())[state] += n
    copies = Counter(
        dict(found.filter(printings__seals__isnull=False).values_list("title").annotate(n=Count("printings__seals")))
    )
    lines = [Line(title, counts, copies[title]) for (_kind, title), counts in states.items()]
    vain = (
        found.filter(case__state="refused")
        .exclude(kind__in=listed)
        .values_list("title", "body")
        .annotate(n=Count("pk"))
    )
    letters = Letter.objects.filter(certificate__in=found).exclude(state=Letter.State.DELIVERED).count()
    return Month(
        first, sorted(lines, key=lambda line: (-line.asked, line.title)),
        sorted(((title, body, n) for title, body, n in vain), key=lambda row: (-row[2], row)), letters,
    )  # fmt: skip


def seals(area: int | None, year: int) -> QuerySet[SealUse]:
    """The seal register of a year, newest first."""
    found = SealUse.objects.filter(in_places("area", current().places), year=year)
    if area:
        below = span(area)
        found = found.filter(area__gte=below.start, area__lt=below.stop)
    return found.select_related("printing__certificate", "printing__by").defer(
        "printing__pdf", "printing__certificate__code"
    ).order_by("area", "-serial")  # fmt: skip


def printings(certificate: Certificate) -> list[Printing]:
    found = Printing.objects.filter(certificate=certificate).select_related("by").defer("pdf")
    return list(found.prefetch_related("seals"))


def letter_of(certificate: Certificate) -> Letter | None:
    return Letter.objects.filter(certificate=certificate).select_related("by").first()


def received() -> QuerySet[Letter]:
    """Letters to units on the platform, the newest first; under `letter.read` the database shows those of the reader's."""
    return Letter.objects.exclude(unit=None).order_by("-pk")


def expired(on: dt.date | None = None) -> QuerySet[Certificate]:
    """Those whose last day is over and whose case does not say so yet."""
    return Certificate.objects.filter(case__state="issued", until__lt=on or today()).select_related("case")


def years(area: int | None) -> list[Any]:
    found = SealUse.objects.filter(in_places("area", current().places))
    return sorted({today().year, *found.values_list("year", flat=True).distinct()}, reverse=True)
