"""Asking for a certificate, and answering at once whoever asks for one that a community does not issue."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lifang.blocks.cases.actions import add_voice, apply, repeated
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import storable
from lifang.blocks.cases.many import open_one
from lifang.blocks.cases.models import Act, Voice
from lifang.blocks.packs import service as packs
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.queries import age
from lifang.domains.certificates import kinds, letters
from lifang.domains.certificates.facts import person_of
from lifang.domains.certificates.models import APPLICANT, Certificate
from lifang.domains.grid.actions import token_for
from lifang.ground.access import vault
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import everywhere, system_scope
from lifang.ground.areas.codes import COMMUNITY, COUNTY, STREET, at_level, level_of, span
from lifang.ground.areas.queries import full_names

CASE = "certificate"
MOST_COPIES = 20


@dataclass(frozen=True)
class Asked:
    """What somebody asks for. `kind` is the name of a matter, or "" with `title` for what no list knows.

    `area` is a community or one of its grids. Whom it is about: `person` of the register, or `name` and `number` as they say.
    `proxy` came for them, being `relation` to them. `body` is who wants to see the certificate, for `purpose`.
    """

    area: int
    channel: str
    purpose: str
    kind: str = ""
    title: str = ""
    person: int | None = None
    name: str = ""
    number: str = ""
    phone: str = ""
    consent: str = Certificate.Consent.SELF
    proxy: str = ""
    relation: str = ""
    body: str = ""
    copies: int = 1


def ask(*, asked: Asked, actor: Actor, key: uuid.UUID | None = None, at: dt.datetime | None = None) -> Certificate:
    """Take down a demand for a listed certificate: a case, whose clock begins. Runs under `certificate.check`, or
    `public.certificate` for whoever asks without an account. A repeated key returns the first result.

    Raises Refused naming the field.
    """
    key, at = key or uuid.uuid4(), at or timezone.now()
    with everywhere(), transaction.atomic():
        if (before := repeated(key)) is not None:
            return _again(before)
        if asked.person is None and not asked.name.strip():
            raise Refused(_("请写明为谁申请。"), "name")
        kind = kinds.issuable(asked.area, timezone.localdate(at)).get(asked.kind)
        if kind is None or kind.form is None:
            raise Refused(_("这项证明不在可以出具的清单上。请看该由谁出具，给申请人一张说明。"), "kind")
        _check(asked)
        if not 1 <= asked.copies <= kind.form.copies:
            raise Refused(_("这项证明最多出 {n} 份。").format(n=kind.form.copies), "copies")
        person = person_of(asked.person)
        if bar := barred(person, asked.area, asked.consent):
            raise Refused(bar, "person")
        limit = {"amount": kind.form.working_days, "unit": "working_days"}
        return _open(
            replace(asked, area=person.area) if person else asked, kind.title, actor, key, at, {"limit": limit}
        )


@transaction.atomic
def answer_unlisted(
    *, asked: Asked, actor: Actor, key: uuid.UUID | None = None, at: dt.datetime | None = None
) -> Certificate:
    """Refuse at once what a community must not certify: the case ends with who must, by which rule; and there is a letter
    to the body that asked, if it is named. Runs under `certificate.check`. Raises Refused naming the field."""
    key, at = key or uuid.uuid4(), at or timezone.now()
    if (before := repeated(key)) is not None:
        return _again(before)
    day = timezone.localdate(at)
    listed = kinds.issuable(asked.area, day)
    if asked.kind in listed or asked.title.strip() in {one.title for one in listed.values()}:
        raise Refused(_("这项证明在可以出具的清单上，请按清单办。"), "kind" if asked.kind else "title")
    matter = kinds.refused(asked.area, day).get(asked.kind) or next(
        (one for one in kinds.refused(asked.area, day).values() if one.title == asked.title.strip()), None
    )
    title = matter.title if matter else asked.title.strip()
    if not title or len(title) > 60 or not storable(title):
        raise Refused(_("请写明要的是什么证明，最多 60 个字。"), "title")
    _check(asked)
    made = _open(asked, title, actor, key, at, {}, kind=matter.name if matter else "")
    way = kinds.way_of(made.kind, made.area, day)
    with translation.override(letters.LANGUAGE):
        apply(
            case_id=made.pk, act="refuse", version=1, actor=actor, at=at,
            data={
                "reason": _("按{rule}，社区不得出具「{title}」。").format(rule=way.rule, title=title),
                "way": _("{owner}：{guide}").format(owner=way.owner, guide=way.guide),
            },
        )  # fmt: skip
        if made.body:
            letters.write(made, way, day)
    return made


def barred(person: Person | None, area: int, consent: str) -> str:
    """Why nothing can be certified of this resident here, in words; "" where nothing stands against it, or where it is
    not yet known who of the register they are."""
    if person is None:
        return ""
    if person.died_on is not None:
        return _("登记里此人已于 {day} 去世，不能再为其出具证明。与逝者有关的事，请看该由谁出具。").format(
            day=person.died_on
        )
    home = at_level(person.area, COMMUNITY)
    if home != at_level(area, COMMUNITY):
        return _("此人不在本社区居住，本社区不了解情况，不能出具。请到居住地的社区：{place}。").format(
            place=full_names([home], today(), STREET).get(home, "")
        )
    years = age(person.birth, today())
    adult = packs.value("certificate.adult_age", area, today()).value
    if years is not None and years < adult and consent != Certificate.Consent.GUARDIAN:
        return _("未满 {n} 周岁的，由监护人代办：请在「怎样同意」里选监护人代办，并写明监护人。").format(n=adult)
    return ""


def _check(asked: Asked) -> None:
    texts = (asked.purpose, asked.body, asked.name, asked.number, asked.phone, asked.proxy, asked.relation)
    if not all(map(storable, texts)):
        raise Refused(_("有的字存不下来，请删去看不见的符号再提交。"), "purpose")
    if level_of(asked.area) < COMMUNITY:
        raise Refused(_("请选办理的社区。"), "area")
    if not asked.purpose.strip() or len(asked.purpose) > 100:
        raise Refused(_("请写明办什么事用，最多 100 个字。"), "purpose")
    if len(asked.body) > 80:
        raise Refused(_("要证明的单位最多写 80 个字。"), "body")
    if any(len(one) > 60 for one in (asked.name, asked.proxy, asked.relation)) or len(asked.number + asked.phone) > 60:
        raise Refused(_("姓名、关系最多 60 个字，号码、电话请核对。"), "name")
    if asked.channel not in Certificate.Channel.values or asked.consent not in Certificate.Consent.values:
        raise Refused(_("请选怎样申请、本人怎样同意。"), "consent")
    if asked.consent in Certificate.PROXIES and not (asked.proxy.strip() and asked.relation.strip()):
        raise Refused(_("代办的，请写明代办人的姓名和与本人的关系。"), "proxy")


def _open(
    asked: Asked,
    title: str,
    actor: Actor,
    key: uuid.UUID,
    at: dt.datetime,
    data: Mapping[str, Any],
    kind: str | None = None,
) -> Certificate:
    community = at_level(asked.area, COMMUNITY)
    unit = Unit.objects.filter(kind="community_committee", area=community, active=True).first()
    type_ = packs.case_type(CASE, asked.area, at)
    case = open_one(
        type_=type_, actor=actor, at=at, key=key, data=data, area=asked.area,
        place_text=full_names([asked.area], today(), COMMUNITY).get(asked.area, ""), category=CASE, source=asked.channel,
        title=title[:120], unit_id=unit.pk if unit else None, involved=[unit.pk] if unit else [],
        fields={
            "category_title": type_.title, "owner_name": unit.name if unit else "",
            "told_place": full_names([community], today(), COUNTY).get(community, ""),
        },
    )  # fmt: skip
    add_voice(
        case=case, token=token_for(key), channel=asked.channel, at=at, name=asked.name, phone=asked.phone,
        filed_by=actor.user_id, consent=asked.consent, wants_answer=bool(asked.phone),
    )  # fmt: skip
    said = _said(asked)
    with system_scope("certificate.ask"):
        return Certificate.objects.create(
            case=case, number=case.number, area=asked.area, kind=asked.kind if kind is None else kind, title=title[:120],
            person=asked.person, consent=asked.consent, channel=asked.channel, purpose=asked.purpose.strip(),
            applicant=vault.seal(json.dumps(said, ensure_ascii=False), APPLICANT) if said else b"",
            body=asked.body.strip(), copies=asked.copies,
        )  # fmt: skip


def _said(asked: Asked) -> dict[str, str]:
    told = ("name", "number", "proxy", "relation")
    return {name: value for name in told if (value := getattr(asked, name).strip())}


def _again(act: Act) -> Certificate:
    with system_scope("certificate.ask"):
        found = Certificate.objects.select_related("case").filter(case=act.case_id).first()
    if found is None:
        raise Refused(_("这次提交的标识已用于别的案件，请刷新页面后重试。"), "key")
    return found


def is_standing(token: str, asked: Asked) -> bool:
    """Whether the same was asked under the receipt of that token, and nobody has ended it."""
    below = span(at_level(asked.area, COMMUNITY))
    index = vault.blind_index(vault.phone_digits(asked.phone), "voice.phone")
    with system_scope("certificate.ask"):
        alike = Certificate.objects.filter(
            area__gte=below.start, area__lt=below.stop, channel=asked.channel, kind=asked.kind, consent=asked.consent,
            purpose=asked.purpose.strip(), body=asked.body.strip(), copies=asked.copies, case__is_open=True,
            case__in=Voice.objects.filter(token=token, phone_index=index).values("case"),
        )  # fmt: skip
        return any(said_by(one) == _said(asked) for one in alike)


def said_by(certificate: Certificate) -> dict[str, str]:
    """What the applicant said of themselves and of who came for them."""
    return dict(json.loads(vault.unseal(bytes(certificate.applicant), APPLICANT) or "{}"))
