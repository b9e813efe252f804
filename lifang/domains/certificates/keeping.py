"""What this room holds about a person, and how long."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.privacy import retention, statement
from lifang.blocks.privacy.statement import Section
from lifang.blocks.registry.merged import with_merged
from lifang.blocks.registry.models import Person
from lifang.domains.certificates.models import Certificate, Fact, Printing
from lifang.ground.access.ranges import day_of

MOST = 50


def _section(person: Person, whole: bool) -> Section | None:
    """The certificates that were asked for about the person."""
    found = Certificate.objects.filter(person__in=list(with_merged([person.pk]))).select_related("case")
    lines = [
        _("{day} {title}（{number}，{state}），用于{purpose}").format(
            day=day_of(one.case.opened_at), title=one.title, number=one.number,
            state=type_of(one.case).states[one.case.state].title, purpose=one.purpose,
        )
        for one in found.order_by("-pk")[:MOST]
    ]  # fmt: skip
    return Section(_("申请过的证明"), _("为您出具证明，供人核验"), lines) if lines else None


def _due(before: dt.datetime) -> QuerySet[Any]:
    """Those that ended, or were good until, that long ago."""
    over = Q(until__lt=before.date()) | Q(until=None, case__is_open=False, case__opened_at__lt=before)
    found = Certificate.objects.filter(over).exclude(person__in=list(retention.held()))
    return found.exclude(applicant=b"", wording=b"", person=None).order_by("pk").values_list("pk", flat=True)


def _empty(ids: Sequence[Any]) -> Counter[str]:
    """Number, kind and seal uses stay for ever; what names the resident goes."""
    changed = Certificate.objects.filter(pk__in=ids).update(applicant=b"", wording=b"", person=None)
    facts = Fact.objects.filter(certificate__in=ids).update(value=b"", seen=b"")
    papers = Printing.objects.filter(certificate__in=ids).update(pdf=b"")
    return Counter(certificates_certificate=changed, certificates_fact=facts, certificates_printing=papers)


retention.KINDS.append(retention.Kind("certificate", lazy("证明里居民的信息和证明文件"), _due, _empty))
statement.SECTIONS.append(_section)
