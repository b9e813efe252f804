"""What a reporter may do with the link of a report, and no account."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lifang.blocks.cases.actions import apply, repeated
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.models import Act, Voice
from lifang.blocks.packs.shapes import CaseType, Transition
from lifang.ground.access import vault

REPORTER = "诉求人"
ACTS = ("supplement", "withdraw", "rate", "ask_reopen")
SEEN_FIRST = {"withdraw", "rate", "ask_reopen"}


def may_rate(voice: Voice) -> bool:
    """Once after each closing of the case."""
    closed = voice.case.closed_at
    return voice.answered_at is None or (closed is not None and voice.answered_at < closed)


def may_withdraw(voice: Voice) -> bool:
    """Only while nobody else counts on the case."""
    return voice.case.voices_count <= 1


def open_acts(voice: Voice, type_: CaseType) -> list[Transition]:
    """Which of ACTS the link is good for now, in the table's order."""
    barred = {"rate"} if not may_rate(voice) else set()
    barred |= {"withdraw"} if not may_withdraw(voice) else set()
    rows = type_.transitions_from(voice.case.state, voice.case.flags)
    return [row for row in rows if row.by == "public.track" and row.act in ACTS and row.act not in barred]


@transaction.atomic
def act_by_link(
    *, token: str, act: str, version: int, key: uuid.UUID, data: Mapping[str, Any], at: dt.datetime | None = None
) -> Act:
    """One of ACTS by whoever holds the link; runs under the scope of that token.

    A repeated key returns the act that it did first. Raises Voice.DoesNotExist, Refused, Conflict.
    """
    voice = Voice.objects.select_related("case").get(token=token)
    if (before := repeated(key)) is not None:
        return before
    if act not in ACTS:
        raise Refused(_("凭这个链接不能做这一步。"))
    if act == "withdraw" and not may_withdraw(voice):
        raise Refused(_("还有别人反映了同一件事，不能撤回。您可以补充说明。"))
    if act == "rate" and not may_rate(voice):
        raise Refused(_("您已经评价过了，谢谢。"))
    done = apply(
        case_id=voice.case_id,
        act=act,
        version=version if act in SEEN_FIRST else None,
        actor=Actor(name=REPORTER),
        data=data,
        key=key,
        at=at,
    )
    if act == "rate":
        voice.solved, voice.satisfied = done.data["solved"], done.data["satisfied"]
        voice.reason, voice.answered_at = done.data.get("dissatisfaction", ""), done.at
        voice.save(update_fields=["solved", "satisfied", "reason", "answered_at"])
    return done


def token_by_phone(number: str, phone: str) -> str | None:
    """The newest link of a case (or of the one that it was merged into) left with this telephone number."""
    index = vault.blind_index(vault.phone_digits(phone), "voice.phone")
    if index is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_token_by_phone(%s, %s)", [number, index])
        found: str | None = cursor.fetchone()[0]
    return found
