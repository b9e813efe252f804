"""Taking in what somebody comes for, from whichever side; typing back a form; saying who the person is."""

import datetime as dt
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.actions import add_voice, apply, repeated
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.many import open_one
from lifang.blocks.cases.models import Case, Voice
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Service
from lifang.blocks.registry.models import Person
from lifang.domains.counter import items
from lifang.domains.counter.models import FILLING, Application, Filling
from lifang.ground import prepared
from lifang.ground.access import vault
from lifang.ground.access.models import User
from lifang.ground.access.queries import unit_for
from lifang.ground.trail.actions import record

COMMITTEE = "community_committee"
# The channel through which somebody came → the source of the case.
SOURCES = {"counter": "counter", "phone": "phone", "page": "web", "house_call": "visit"}


@dataclass(frozen=True)
class Visitor:
    """Who wants something: `person` of the register, if known. `consent` is how they agreed that somebody else files,
    `proxy` who that is."""

    name: str
    phone: str = ""
    person: int | None = None
    consent: str = ""
    proxy: str = ""


@dataclass(frozen=True)
class Form:
    """`answers` by question, `known` what was taken from the registers (words and origin by question), `papers` seen."""

    answers: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    papers: Sequence[str] = ()
    proxy: str = ""


@transaction.atomic
def begin(
    *,
    name: str,
    area: int,
    visitor: Visitor,
    form: Form,
    channel: str,
    way: str,
    actor: Actor,
    key: uuid.UUID,
    at: dt.datetime | None = None,
) -> Voice:
    """A service is applied for, at the desk of a community or from home: the same case, the same kind of receipt.

    A repeated key answers with the first receipt. Raises Refused.
    """
    if (before := repeated(key)) is not None:
        return Voice.objects.filter(case=before.case).earliest("at")
    at = at or timezone.now()
    service = items.find(name, area, timezone.localdate(at))
    if service is None or channel not in service.channels:
        raise Refused(_("这里现在不办这个事项，或者不从这个渠道办。没有受理，填的都还在。"))
    unit = unit_for(COMMITTEE, area)
    case = open_one(
        type_=packs.case_type(items.CASE, area, at),
        actor=actor,
        at=at,
        key=key,
        data={"limit": {"amount": service.limit.amount, "unit": service.limit.unit.value}},
        area=area,
        category=items.CASE,
        source=SOURCES[channel],
        title=service.title,
        unit_id=unit.pk if unit else None,
        involved=[unit.pk] if unit else [],
        fields={"service": name, "category_title": items.line(service), "channel": channel},
    )
    Application.objects.create(
        case=case, area=area, service=name, line=service.line, person=visitor.person,
        code=f"{secrets.randbelow(10**6):06}",
    )  # fmt: skip
    fill(case=case, form=form, way=way, by=actor.user_id, at=at)
    return add_voice(
        case=case, token=secrets.token_urlsafe(16), channel=SOURCES[channel], at=at, name=visitor.name,
        phone=visitor.phone, filed_by=actor.user_id, person=visitor.person, consent=visitor.consent,
        wants_answer=bool(visitor.phone),
    )  # fmt: skip


def standing(token: str, *, name: str, area: int, visitor: Visitor, form: Form) -> Voice | None:
    """The receipt of that token, where this form of this person led to it and the case is not ended."""
    index = vault.blind_index(vault.phone_digits(visitor.phone), "voice.phone")
    sent = Voice.objects.select_related("case").filter(token=token, phone_index=index)
    voice = sent.filter(case__application__service=name, case__area=area, case__is_open=True).first()
    if voice is None or vault.unseal(bytes(voice.name), "voice.name") != visitor.name:
        return None
    return voice if form_of(voice.case) == form else None


def fill(*, case: Case, form: Form, way: str, by: int | None, at: dt.datetime | None = None) -> None:
    """Keep a state of the form; those before it stay."""
    content = {
        "answers": dict(form.answers), "known": {name: dict(one) for name, one in form.known.items()},
        "papers": list(form.papers), "proxy": form.proxy,
    }  # fmt: skip
    Filling.objects.bulk_create(
        [
            Filling(
                case=case, sealed=vault.seal(json.dumps(content, ensure_ascii=False), FILLING), way=way, by_id=by,
                at=at or timezone.now(),
            )
        ]
    )  # fmt: skip
    record(what="counter.filled", kind="case", object_id=case.number, area=case.area, way=way)


def form_of(case: Case) -> Form:
    """The newest state of the form. Raises vault.Unreadable where its key is missing."""
    newest = prepared.select(Filling, "WHERE case_id = %s ORDER BY at DESC, id DESC LIMIT 1", [case.pk])
    if not newest or not newest[0].sealed:
        return Form()
    said: dict[str, Any] = json.loads(vault.unseal(bytes(newest[0].sealed), FILLING))
    return Form(said["answers"], said["known"], said["papers"], said["proxy"])


def go_on(*, case: Case, steps: Sequence[tuple[str, Mapping[str, Any]]], actor: Actor) -> None:
    """Acts of the front on a case that was just begun, one after the other. Runs under `counter.serve`."""
    for act, data in steps:
        apply(case_id=case.pk, act=act, version=None, actor=actor, data=data)


def link(*, case: Case, person: Person, by: User) -> None:
    """Say that the applicant is a resident of the register. Runs under `counter.serve`."""
    Application.objects.filter(case=case).update(person=person.pk)
    Voice.objects.filter(case=case).update(person=person.pk)
    record(what="counter.linked", kind="case", object_id=case.number, area=case.area, person=person.pk, by=by.pk)


def known_of(service: Service, profile_known: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What the registers answer of a form's questions: value, words that may be shown, and where they come from."""
    return {
        name: {"value": one.value, "words": one.words, "origin": f"{one.origin} {one.day}"}
        for name, asked in service.form.items()
        if asked.element and (one := profile_known.get(asked.element)) and not one.stale
    }
