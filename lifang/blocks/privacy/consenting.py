"""What a guardian's consent is asked for, and who has it: the packs name the uses (`person.child_consent`)."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifang.blocks.packs import service as packs
from lifang.blocks.privacy.models import Consent
from lifang.blocks.registry.merged import with_merged
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.queries import years_before
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.trail.actions import record
from lifang.ground.trail.words import WHAT

WHAT |= {"person.consented": _("登记监护人同意"), "person.consent_withdrawn": _("登记监护人撤回同意")}


def uses(area: int) -> Sequence[str]:
    """What is not done with a child's data there today, unless a guardian agreed."""
    found: Sequence[str] = packs.value("person.child_consent", area, today()).value
    return found


def lacking(area: int, use: str) -> Q:
    """The children with whose data this is not done: nobody, where the rule does not name the use."""
    if use not in uses(area):
        return Q(pk__in=[])
    age = packs.value("person.child_age", area, today()).value
    theirs = Q(person=OuterRef("pk")) | Q(person__into=OuterRef("pk"))
    agreed = Consent.objects.filter(theirs, uses__contains=[use], since__lte=today(), withdrawn_on=None)
    return Q(~Exists(agreed), birth__gt=years_before(today(), age))


def of(person: Person) -> list[Consent]:
    """All of a person, also from before a merge, the newest first."""
    found = Consent.objects.filter(person__in=with_merged([person.pk])).select_related("by", "withdrawn_by")
    return list(found.order_by("-since", "-pk"))


def agree(
    *, person: Person, guardian: str, relation: str, uses: Collection[str], purpose: str, paper: str, since: dt.date, by: User
) -> Consent:  # fmt: skip
    """Runs under `person.consent`."""
    made = Consent.objects.create(
        person=person, guardian=guardian, relation=relation, uses=sorted(uses), purpose=purpose, paper=paper, since=since,
        by=by,
    )  # fmt: skip
    record(
        what="person.consented", kind="resident", object_id=person.pk, area=person.area, consent=made.pk, uses=made.uses,
        purpose=purpose, paper=paper,
    )  # fmt: skip
    return made


def withdraw(*, consent: Consent, on: dt.date, note: str, by: User) -> bool:
    """Whether it counted until now. Runs under `person.consent`."""
    still = Consent.objects.filter(pk=consent.pk, withdrawn_on=None)
    done = still.update(withdrawn_on=on, withdrawn_note=note, withdrawn_by=by, withdrawn_at=timezone.now())
    if done:
        person = consent.person
        record(
            what="person.consent_withdrawn", kind="resident", object_id=person.pk, area=person.area, consent=consent.pk,
            note=note,
        )  # fmt: skip
    return bool(done)
