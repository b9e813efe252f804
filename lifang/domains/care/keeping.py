"""What this room holds about a person, how long, and whose deletion it stops."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.privacy import retention, statement
from lifang.blocks.privacy.erasing import erase
from lifang.blocks.privacy.statement import Section
from lifang.blocks.registry.models import Person
from lifang.domains.care.models import Contact, Outreach
from lifang.ground.areas.codes import COMMUNITY, at_level, span

MOST = 20


def _held() -> Iterable[tuple[int, str]]:
    open_ones = Outreach.objects.filter(case__is_open=True).values_list("person", "case__number")
    return [(person, _("走访 {number} 还没有办完").format(number=number)) for person, number in open_ones]


def _due(before: dt.datetime) -> QuerySet[Any]:
    found = Contact.objects.filter(at__lt=before).exclude(met__overlap=list(retention.held()))
    return found.order_by("pk").values_list("pk", flat=True)


def _section(person: Person, whole: bool) -> Section | None:
    """Visits and calls at which the person was met, in the community where they live."""
    near = span(at_level(person.area, COMMUNITY))
    met = Contact.objects.filter(area__gte=near.start, area__lt=near.stop, met__contains=[person.pk]).order_by("-on")
    lines = [
        _("{day} {kind}，{name} 登记").format(
            day=date_format(one.on, "Y-m-d"), kind=one.get_kind_display(), name=one.by.name if one.by else _("系统")
        )
        + (f"：{one.note}" if one.note else "")
        for one in met.select_related("by")[:MOST]
    ]
    return Section(_("走访和电话"), _("上门看望、了解困难、提供帮助"), lines) if lines else None


retention.HELD.append(_held)
retention.KINDS.append(
    retention.Kind(
        "visit",
        lazy("走访和电话的记录"),
        _due,
        lambda ids: erase(Contact, ids),
    )
)
statement.SECTIONS.append(_section)
