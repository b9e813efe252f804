"""What communities say of an application."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import storable
from lifang.blocks.cases.models import Case
from lifang.domains.gate.models import Opinion, Stance
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import current, everywhere
from lifang.ground.trail.actions import record


@transaction.atomic
def answer(*, opinion: Opinion, yes: bool, reason: str, actor: Actor) -> Opinion:
    """The community says yes, or no with its reason, and may say otherwise until the hearing ends; each word is kept.

    Runs under `admission.hear`.
    """
    opinion = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    if application(opinion).state != "hearing":
        raise Refused(_("征求意见已经结束，没有再记；先前说的都保留着。"))
    if not storable(reason) or len(reason) > 500 or not (yes or reason.strip()):
        raise Refused(_("不同意的请写理由，最多 500 个字。"), "reason")
    opinion.answer, opinion.reason, opinion.by_id, opinion.at = yes, reason.strip(), actor.user_id, timezone.now()
    opinion.save(update_fields=["answer", "reason", "by", "at"])
    Stance.objects.create(
        opinion=opinion, area=opinion.area, yes=yes, reason=opinion.reason, by_id=opinion.by_id, at=opinion.at
    )
    record(what="opinion.given", kind="opinion", object_id=opinion.pk, area=opinion.area, yes=yes)
    return opinion


def silent(opinions: Iterable[Opinion], on: dt.date) -> list[Opinion]:
    """Those who have not spoken and still have time: the hearing does not end before them, for the day was promised to them."""
    return [one for one in opinions if one.answer is None and one.due >= on]


def waiting(on: dt.date) -> int:
    """How many communities of one's places have still to speak in hearings that go on."""
    silent = Opinion.objects.filter(in_places("area", current().places), answer=None, due__gte=on)
    with everywhere():  # an application stands at a place above
        return silent.filter(case__state="hearing").count()


def application(opinion: Opinion) -> Case:
    """The application that the community is asked about: it stands at a place above, and is shown to whom it asks."""
    with everywhere():
        return Case.objects.select_related("unit").get(pk=opinion.case_id)
