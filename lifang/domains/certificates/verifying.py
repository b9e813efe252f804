"""Answering whoever holds a certificate: is it good, and is it what was issued."""

import datetime as dt
import hmac
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from lifang.blocks.cases.numbers import normalise
from lifang.blocks.packs import service as packs
from lifang.domains.certificates import codes, facts
from lifang.domains.certificates.codes import Signed
from lifang.domains.certificates.models import Certificate
from lifang.ground.access import vault
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Scope, within_scope

FUNCTION = "public.certificate"


class Verdict(models.TextChoices):
    VALID = "valid", _("有效")
    EXPIRED = "expired", _("已过有效期")
    REVOKED = "revoked", _("已撤销")
    ALTERED = "altered", _("内容与出具的不一致")
    FORGED = "forged", _("签名不对，是伪造或改过的")
    UNKNOWN = "unknown", _("没有出具过这件证明")


@dataclass(frozen=True)
class Answer:
    """`said` is what the paper's code says; `facts` (title, masked value) are what was issued, to compare with the paper."""

    verdict: Verdict
    said: Signed | None = None
    facts: Sequence[tuple[str, str]] = ()
    revoked_on: dt.date | None = None


def of_code(code: str) -> Answer:
    """What is to be thought of the certificate on which this code stands."""
    try:
        said = codes.read(code)
    except codes.Unreadable:
        return Answer(Verdict.UNKNOWN)
    except codes.Forged:
        return Answer(Verdict.FORGED)
    with _reading(said.number):
        return _answer(said, Certificate.objects.filter(number=said.number).exclude(code="").first())


def by_number(number: str, check: str) -> Answer:
    """As `of_code`, for whoever types the number and the check code; a wrong pair says nothing of either."""
    wanted = normalise(number[:40]) or ""
    with _reading(wanted):
        found = Certificate.objects.filter(number=wanted).exclude(code="").first()
        if found is None or not hmac.compare_digest(found.check_code.encode(), _typed(check).encode()):
            return Answer(Verdict.UNKNOWN)
        return _answer(codes.read(found.code), found)


def _typed(check: str) -> str:
    """As the alphabet has it: capitals, O for nought, I and L for one."""
    return "".join(check.upper().split()).replace("O", "0").replace("I", "1").replace("L", "1")[:20]


def _reading(number: str) -> AbstractContextManager[Scope]:
    return within_scope(Scope(FUNCTION, token=number))


def _answer(said: Signed, found: Certificate | None) -> Answer:
    if found is None:
        return Answer(Verdict.UNKNOWN, said)
    if said.digest != found.digest:
        return Answer(Verdict.ALTERED, said)
    shown = _masked(found)
    if found.revoked_on is not None:
        return Answer(Verdict.REVOKED, said, shown, found.revoked_on)
    if found.until is None or found.until < today():
        return Answer(Verdict.EXPIRED, said, shown)
    return Answer(Verdict.VALID, said, shown)


def _masked(found: Certificate) -> list[tuple[str, str]]:
    form = packs.certificates(found.area, found.issued_on or today()).get(found.kind)
    if form is None:
        return []
    shown = []
    for name, fact in facts.latest(found).items():
        try:
            shown.append((form.facts[name].title, facts.masked(form, name, facts.opened(fact))))
        except (vault.Unreadable, KeyError):
            continue
    return shown
