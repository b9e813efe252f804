"""What a visit does beyond its case."""

from django.utils import timezone

from lifang.blocks.cases.effects import Doing, effect
from lifang.domains.care import households
from lifang.domains.care.actions import add_contact
from lifang.domains.care.models import Contact, Outreach
from lifang.ground.access.scope import system_scope


@effect("seen")
def seen(doing: Doing) -> None:
    """The person was met: kept as a visit to the household, from which «not seen for so many days» counts anew."""
    with system_scope("care.household"):
        person = Outreach.objects.select_related("person").get(case=doing.case).person
        person = person.into or person
        home = households.of_person(person)
    day = timezone.localdate(doing.at)
    add_contact(doing.case.area, home, Contact.Kind.VISIT, day, "", [person.pk], doing.actor.user_id)
