"""Listing helpers and experts, and asking one of them about a case."""

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases import lifecycle
from lifang.blocks.cases.actions import repeated
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import MAX_TEXT, storable
from lifang.blocks.cases.many import open_one
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.domains.experts.models import SEALED, Expert
from lifang.domains.experts.queries import ANSWER, CONSULTATION, field_title, fields_at, serving
from lifang.ground.access import vault
from lifang.ground.access.models import User
from lifang.ground.access.scope import current, holdings_of
from lifang.ground.areas.codes import span
from lifang.ground.trail.actions import record

MOST_DAYS = 365
# A telephone number of eleven digits, or an identity number of eighteen.
PERSONAL = re.compile(r"(?<!\d)(1\d{10}|\d{17}[\dXx])(?!\d)")


def list_expert(
    *,
    expert: Expert | None,
    name: str,
    fields: Collection[str],
    employer: str,
    note: str,
    area: int,
    since: dt.date,
    until: dt.date | None,
    phone: str,
    username: str,
) -> Expert:
    """Enter somebody, or change the entry; runs under `expert.manage`. `until` is the last day. An empty `phone` keeps
    the one that is there.

    Raises Refused naming the field.
    """
    if not current().covers(area):
        raise Refused(_("这个地方不在你可以登记的范围内。"), "area")
    if not fields or set(fields) - set(fields_at(area)):
        raise Refused(_("请从列表里选至少一个领域。"), "fields")
    if until and until < since:
        raise Refused(_("截止日期不能早于开始日期。"), "until")
    user = _account(username, area)
    entry = expert or Expert()
    below = span(area)
    entry.name, entry.fields, entry.employer, entry.note = name, sorted(fields), employer, note
    entry.area, entry.area_end, entry.user = below.start, below.stop, user
    entry.valid = (since, until + dt.timedelta(days=1) if until else None)
    if phone:
        entry.phone = vault.seal(phone, SEALED)
    entry.save()
    if expert is None:
        record(what="expert.listed", kind="expert", object_id=entry.pk, area=area)
    else:
        record(what="expert.changed", kind="expert", object_id=entry.pk, area=area)
    return entry


def _account(username: str, area: int) -> User | None:
    if not username:
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None or not holdings_of(user).may(ANSWER, area):
        raise Refused(
            _(
                "没有登录名为「{name}」、在这里有“帮手和专家”角色的账号。请先请管理员授予，或留空由工作人员代录。"
            ).format(name=username),
            "username",
        )
    return user


def phone_of(*, expert: Expert, purpose: str) -> str:
    """The telephone number for a stated purpose, kept in the trail."""
    record(what="expert.phone_shown", kind="expert", object_id=expert.pk, area=expert.area, purpose=purpose)
    return vault.unseal(bytes(expert.phone), SEALED)


@transaction.atomic
def ask_expert(
    *,
    actor: Actor,
    case_id: int,
    expert_id: int,
    field: str,
    question: str,
    due: dt.date,
    key: uuid.UUID,
    at: dt.datetime | None = None,
) -> Case:
    """Put a question about an open case to an expert who serves its place: a case of its own below it, due at the day.

    Of the case the expert sees its title and the words for its place. Runs under `expert.ask`. A repeated key returns
    the first result. Raises Refused naming the field, Case.DoesNotExist when the scope does not reach the case.
    """
    if (before := repeated(key)) is not None:
        return before.case
    at, question = at or timezone.now(), question.strip()
    parent = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if not may_be_asked_about(parent):
        raise Refused(_("这个案件已经办结，或者不能请教。"))
    expert = next((one for one in serving(parent) if one.pk == expert_id and field in one.fields), None)
    if expert is None:
        raise Refused(_("这位专家不在这个领域，或者不服务这个地方。请另选一位。"), "expert")
    if not question or len(question) > MAX_TEXT or not storable(question):
        raise Refused(_("请写下要请教的问题，最多 {n} 个字。").format(n=MAX_TEXT), "question")
    if PERSONAL.search(unicodedata.normalize("NFKC", question)):
        raise Refused(_("问题里有电话或身份证号。请删去，个人信息不发给专家。"), "question")
    days = (due - timezone.localdate(at)).days
    if not 1 <= days <= MOST_DAYS:
        raise Refused(_("请选明天起一年以内的日期。"), "due")
    units = {*parent.involved, *([actor.unit_id] if actor.unit_id else [])}
    title = _("请教{field}：{title}").format(field=field_title(field, parent.area), title=parent.title)
    return open_one(
        type_=packs.case_type(CONSULTATION, parent.area, at),
        actor=actor,
        at=at,
        key=key,
        data={"limit": {"amount": days, "unit": "natural_days"}},
        area=parent.area,
        second_area=parent.second_area,
        place_text=parent.place_text,
        category=field,
        source=CONSULTATION,
        title=title[:120],
        text=question,
        parent=parent,
        unit_id=actor.unit_id,
        involved=sorted(units),
        voices_count=0,
        fields={
            "category_title": field_title(field, parent.area),
            "expert": expert.pk,
            "expert_user": expert.user_id,
            "expert_name": expert.name,
            "expert_employer": expert.employer,
        },
    )


def may_be_asked_about(case: Case) -> bool:
    """An open case into whose story an answer can be written."""
    type_ = lifecycle.type_of(case)
    return case.is_open and type_.transition(case.state, "add_note", case.flags) is not None
