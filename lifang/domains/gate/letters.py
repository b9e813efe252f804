"""The letter about what was returned: to the person who sent it and those of the unit who may ask again."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lifang.domains.gate.models import Sending
from lifang.ground.access.models import Grant, User
from lifang.ground.access.scope import system_scope
from lifang.ground.notices import actions as notices

RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
SEND = "gate.send"


def post(sending: Sending) -> None:
    deliver.defer(sending_id=sending.pk)


@app.task(name="gate.letter", queue="notices", retry=RETRY)
def deliver(sending_id: int) -> None:
    """Tell those whom the letter is for; where the unit has nobody who could read it, that stands with the letter."""
    with system_scope("gate.letter"):
        sending = Sending.objects.select_related("unit").get(pk=sending_id)
        if sending.letter_at:
            return
        told = notices.tell(
            people=readers(sending),
            title=_("未能下达：{title}").format(title=sending.title),
            body=sending.why,
            url=reverse("gate_letter", args=[sending.number]),
        )
        sending.letter_tries += 1
        sending.letter_at = timezone.now() if told else None
        sending.save(update_fields=["letter_tries", "letter_at"])


def readers(sending: Sending) -> list[User]:
    """Who sent it and who may send for the unit; for what came around the gate, the unit's alone."""
    held = Grant.objects.in_force().filter(role__functions__contains=[SEND]).values("user")
    found = Q(unit=sending.unit_id, pk__in=held)
    if sending.rule != "around":
        found |= Q(pk=sending.by_id or 0)
    return list(User.objects.filter(found, is_active=True).distinct())


@app.periodic(cron="40 * * * *")
@app.task(name="gate.letters", queueing_lock="gate.letters")
def again(timestamp: int) -> None:
    """Letters that reached nobody are tried again every hour."""
    with system_scope("gate.letters"):
        waiting = list(Sending.objects.returned().filter(letter_at=None).values_list("pk", flat=True)[:500])
    for pk in waiting:
        deliver.defer(sending_id=pk)
