"""Buildings go with the places in which they stand when these split, merge or get other codes."""

from django.db import transaction
from django.utils.translation import gettext as _

from lifang.blocks.dwellings.actions import settled
from lifang.blocks.dwellings.models import Building, Filing, Layout
from lifang.blocks.dwellings.queries import holding, layouts, sites
from lifang.blocks.registry import following, placing
from lifang.ground.areas.models import AreaChange, Succession


@transaction.atomic
def carry(change: AreaChange) -> None:
    """From the day of the change the buildings of a code with one heir stand there; those of a code with several wait for
    somebody to say where. A change that was undone takes its filing back."""
    filing = Filing.objects.filter(change=change.pk, undone_at=None).first()
    if change.undone_at is not None:
        if filing is not None:
            filing.undone_at, filing.undone_by = change.undone_at, change.undone_by
            filing.save(update_fields=["undone_at", "undone_by"])
            settled(filing.layouts.values_list("building", flat=True))
        return
    if filing is not None:
        return
    heirs: dict[int, list[int]] = {}
    for step in Succession.objects.filter(change=change):
        heirs.setdefault(step.old_code, []).append(step.new_code)
    alone = {old: new[0] for old, new in heirs.items() if len(new) == 1}
    moving = {one.pk: one for one in Building.objects.filter(area__in=alone, known=True)}
    if not moving:
        return
    filing = Filing.objects.create(
        way=Filing.Way.PLACES, area=change.area, held_on=change.on, change=change.pk, by=change.by, buildings=len(moving),
        source=_("区划调整 {document}").format(document=change.document_number or change.document_title)[:120].strip(),
    )  # fmt: skip
    Layout.objects.bulk_create(
        [
            Layout(
                building_id=word.building_id, filing=filing, held_on=change.on, area=alone[moving[pk].area], name=word.name,
                use=word.use, entrances=word.entrances, floors=word.floors,
            )
            for pk, word in layouts(moving, holding(change.on)).items()
        ]
    )  # fmt: skip
    settled(moving)


following.CARRY.append(carry)
placing.SITES.append(sites)
