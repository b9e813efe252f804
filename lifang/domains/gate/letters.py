"""The letter about what was returned: to the person who sent it and those of the unit who may ask again."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lifang.domains.gate.models import Reach, Reply, Sending
from lifang.ground.access.models import Grant, User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.queries import names
from lifang.ground.notices import actions as notices

RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
SEND, ANSWER = "gate.send", "gate.answer"


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


def arrive(sending: Sending) -> None:
    """What is entered as sent on a day before is no news."""
    if timezone.localdate(sending.at) == today():
        arrived.defer(sending_id=sending.pk)


@app.task(name="gate.arrived", queue="notices", retry=RETRY)
def arrived(sending_id: int) -> None:
    """Tell those who answer for the communities that something came, where no room of its own tells them."""
    with system_scope("gate.arrived"):
        _tell_those_reached(sending_id, _("{unit}：{title}"), "why")


def over(sending: Sending) -> None:
    if timezone.localdate(sending.ended_at) == today():
        ended.defer(sending_id=sending.pk)


@app.task(name="gate.over", queue="notices", retry=RETRY)
def ended(sending_id: int) -> None:
    """Tell those who heard that it came that it is not to be done any more, and why."""
    with system_scope("gate.over"):
        _tell_those_reached(sending_id, _("{unit}：{title}，不用做了"), "end_reason")


def _tell_those_reached(sending_id: int, words: str, why: str) -> None:
    by_area = {reach.area: reach for reach in Reach.objects.filter(sending=sending_id, kept=False)}
    sending = Sending.objects.select_related("unit").get(pk=sending_id)
    held = Grant.objects.in_force().filter(role__functions__contains=[ANSWER], area__in=by_area)
    people: dict[int, list[User]] = {}
    for grant in held.filter(user__is_active=True).select_related("user"):
        people.setdefault(grant.area, []).append(grant.user)
    for area, told in people.items():
        notices.tell(
            people=told, title=words.format(unit=sending.unit.name, title=sending.title)[:120],
            body=getattr(sending, why), url=reverse("gate_reach", args=[by_area[area].pk]),
        )  # fmt: skip


def objection(sending: Sending, reply: Reply) -> None:
    """The unit that asked hears why a community objects."""
    with system_scope("gate.objection"):
        where = names([reply.area], timezone.localdate()).get(reply.area, "")
        notices.tell(
            people=readers(sending), title=_("{place}有异议：{title}").format(place=where, title=sending.title)[:120],
            body=reply.words, url=reverse("gate_sending", args=[sending.number]),
        )  # fmt: skip


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
