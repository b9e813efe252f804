"""What forms hold about a person, and how long."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.forms.models import ANSWER, Answer, Return
from lifang.blocks.forms.reading import sheet_of
from lifang.blocks.privacy import retention, statement
from lifang.blocks.privacy.erasing import erase
from lifang.blocks.privacy.statement import Section
from lifang.blocks.registry.merged import with_merged
from lifang.blocks.registry.models import Person
from lifang.ground.access import vault
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of

MOST = 100
TRUTHS = {"true": lazy("是"), "false": lazy("否")}


def _section(person: Person, whole: bool) -> Section | None:
    """What communities typed about the person, or the home where they live, into forms; the words only where the whole is
    asked for, for nobody knows what was typed."""
    theirs = Q(person__in=list(with_merged([person.pk])))
    if person.home and level_of(person.area) >= COMMUNITY:
        theirs |= Q(home=person.home, area=at_level(person.area, COMMUNITY))
    found = Answer.objects.filter(theirs, known_until=None).select_related("given__issue__edition__form__unit")
    lines = [_line(one, whole) for one in found.order_by("-held_on", "-pk")[:MOST]]
    return Section(_("报表里填的"), _("社区按清单里的事项填报，填过一次，以后的表不再问"), lines) if lines else None


def _line(one: Answer, whole: bool) -> str:
    edition = one.given.issue.edition
    columns = sheet_of(edition).columns
    asked = next(
        (c.title for key, c in columns.items() if c.what == f"{one.form.code}.{one.column}" or key == one.column),
        one.column,
    )
    said = _("{day} {form}（{number}）：{asked}").format(
        day=one.held_on, form=edition.title, number=one.given.number, asked=asked
    )
    if not whole:
        return said
    text = vault.unseal(bytes(one.sealed), ANSWER)
    return f"{said} {TRUTHS.get(text, text)}"


def _answers(before: dt.datetime) -> QuerySet[Any]:
    """Those that a newer one replaced that long ago."""
    found = Answer.objects.filter(known_until__lt=before).exclude(person__in=list(retention.held()))
    return found.order_by("pk").values_list("pk", flat=True)


def _rosters(before: dt.datetime) -> QuerySet[Any]:
    """Those of forms that expired that long ago; not where somebody lives of whom nothing is deleted."""
    held = Person.objects.filter(pk__in=retention.held()).values_list("area", flat=True)
    found = Return.objects.filter(issue__until__lt=timezone.localdate(before)).exclude(rows=b"")
    found = found.exclude(area__in={at_level(area, COMMUNITY) for area in held if level_of(area) >= COMMUNITY})
    return found.order_by("pk").values_list("pk", flat=True)


def _empty(ids: Sequence[Any]) -> Counter[str]:
    """What was counted stays for ever; who stood in the rows goes."""
    return Counter(forms_return=Return.objects.filter(pk__in=ids).update(rows=b""))


retention.KINDS += [
    retention.Kind("form_answer", lazy("报表里已被更新的回答"), _answers, lambda ids: erase(Answer, ids)),
    retention.Kind("form_return", lazy("过期报表里逐人、逐户的行"), _rosters, _empty),
]
statement.SECTIONS.append(_section)
