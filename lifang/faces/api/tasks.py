"""Telling other systems of acts: queued with the act, delivered by the worker, tried again ever more slowly."""

import json
import time
import uuid
from typing import Any

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from lifang.blocks.cases.models import Act, Case
from lifang.blocks.cases.tasks import LISTENERS
from lifang.blocks.packs.shapes import Transition
from lifang.faces.api import hooks
from lifang.faces.api.models import SECRET_OF, Attempt, Delivery
from lifang.ground import prepared
from lifang.ground.access import vault
from lifang.ground.access.scope import holdings_of, system_scope
from lifang.ground.areas.codes import text as code_text

ATTEMPTS = 10
RETRY = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=3)
"""Waits of 3, 9, 27 … seconds, the last of 16 hours: a day in all."""


class NotDelivered(Exception):
    """The job is tried again."""


def message_of(case: Case, act: Act) -> dict[str, Any]:
    """What is told: which case, which act, where it stands now. Never words or contacts of a person."""
    return {
        "event": f"{case.type}.{act.act}",
        "at": act.at.isoformat(),
        "case": {
            "number": case.number,
            "type": case.type,
            "category": case.category,
            "area": code_text(case.area),
            "state": case.state,
            "version": case.version,
            "is_open": case.is_open,
            "unit": case.unit_id,
            "due_at": case.due_at.isoformat() if case.due_at else None,
        },
    }


def tell(case: Case, act: Act, row: Transition | None) -> None:
    """Queue a message for every subscription that listens here; in the act's own transaction."""
    message = message_of(case, act)
    told = prepared.run("SELECT lifang_tell(%s, %s, %s)", [case.area, message["event"], json.dumps(message)])
    queued = [str(one) for (one,) in told]
    if queued:
        jobs: list[JSONDict] = [{"delivery_id": one} for one in queued]
        deliver.batch_defer(*jobs)


LISTENERS.append(tell)


@app.task(name="api.deliver", queue="webhooks", retry=RETRY)
def deliver(delivery_id: str) -> None:
    """Try once to deliver; each try leaves a row. Raises NotDelivered while more tries are left."""
    with system_scope("webhook"):
        delivery = Delivery.objects.select_related("subscription__user").get(pk=uuid.UUID(delivery_id))
        subscription = delivery.subscription
        reaches = holdings_of(subscription.user).may("case.read", delivery.area)
    if delivery.state != Delivery.State.WAITING:
        return
    if subscription.ended_at is not None or not reaches or not subscription.user.is_active:
        _end(
            delivery,
            Delivery.State.FAILED,
            "not sent: the subscription has ended or its account may not read this place",
        )
        return
    begun = time.monotonic()
    status, error = None, ""
    try:
        status = hooks.send(
            url=subscription.url,
            secret=vault.unseal(bytes(subscription.secret), SECRET_OF),
            delivery=delivery_id,
            event=delivery.event,
            body=json.dumps(delivery.payload, ensure_ascii=False).encode(),
        ).status
    except hooks.Unreachable as trouble:
        error = str(trouble)[:300]
    _note(delivery, status, error, int((time.monotonic() - begun) * 1000))


def _note(delivery: Delivery, status: int | None, error: str, milliseconds: int) -> None:
    taken = status is not None and hooks.Answer(status).taken
    with system_scope("webhook"):
        Attempt.objects.create(delivery=delivery, status=status, error=error, milliseconds=milliseconds)
        delivery.attempts += 1
        delivery.answer = error or str(status)
        delivery.save(update_fields=["attempts", "answer"])
    if taken:
        _end(delivery, Delivery.State.DELIVERED, delivery.answer)
    elif delivery.attempts % ATTEMPTS == 0:
        _end(delivery, Delivery.State.FAILED, delivery.answer)
    else:
        raise NotDelivered(delivery.answer)


def _end(delivery: Delivery, state: Delivery.State, answer: str) -> None:
    with system_scope("webhook"):
        Delivery.objects.filter(pk=delivery.pk).update(state=state, answer=answer, ended_at=timezone.now())
