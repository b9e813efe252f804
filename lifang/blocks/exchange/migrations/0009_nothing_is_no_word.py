import contextlib
import json
from typing import Any

from django.conf import settings
from django.db import migrations
from django.utils import timezone

from lifang.blocks.registry import standing
from lifang.ground.access import vault
from lifang.ground.access.scope import system_scope

SAID = "None"


def take_back(apps: Any, editor: Any) -> None:
    """From now on nobody believes it; what the desk said of the same element from an earlier day stands again.

    Words that were ended already are looked at with the others, so that a run that was broken off is made up for by the next.
    """
    records = apps.get_model("registry", "Record").objects.using(editor.connection.alias).filter(gone=False)
    corrections = records.filter(system__code="desk", entry__isnull=False).exclude(entry__element="").select_related("entry")
    kept = corrections.only("person", "system", "row_key", "facts", "sealed", "entry__element", "phone_end_key", "number_end_key")
    wrong = [one for one in kept.iterator(2000) if _said(one) == SAID]
    believed = records.filter(known_until=None)
    believed.filter(pk__in=[one.pk for one in wrong]).update(current=False, known_until=timezone.now())
    for system, row_key in {(one.system_id, one.row_key) for one in wrong}:
        row = believed.filter(system=system, row_key=row_key)
        before = row.order_by("-held_from", "-pk").first()
        if before and not row.filter(current=True).exists():
            records.filter(pk=before.pk).update(current=True)
    if wrong:
        with system_scope("registry.upgrade"):
            standing.refresh({one.person_id for one in wrong}, settings.CONFIG.area)


def _said(one: Any) -> Any:
    element = one.entry.element
    if element in one.facts:
        return one.facts[element]
    if one.sealed and one.phone_end_key is None and one.number_end_key is None:  # such a word has no key to be found by
        with contextlib.suppress(vault.Unreadable):
            return json.loads(vault.unseal(one.sealed, "registry.record")).get(element)
    return None


class Migration(migrations.Migration):
    """Words that say nothing (不详, -), written into a form, became the word «None» of the community's desk. What else the
    desk had said that same day, or where somebody was entered, was ended with nothing to tell by what: it stays ended.

    What persons are by their records is worked out by the application of the day, by the order of departments that the city
    has then: no form of it that is frozen here would do. It is done on the application's connection, which must see the
    records changed: so not in one transaction."""

    atomic = False
    dependencies = [("exchange", "0008_flaws_of_ones_own"), ("registry", "0017_who_has_left")]

    operations = [migrations.RunPython(take_back, migrations.RunPython.noop)]
