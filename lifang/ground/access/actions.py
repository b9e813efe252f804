"""Changing people, units and grants. Each runs under access.manage (or the system's own scope) and leaves its trail.

`by` is the acting administrator, None only for the system itself.
"""

import datetime as dt
import re
import secrets

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.ground.access.errors import Refused
from lifang.ground.access.models import Grant, Role, Unit, User
from lifang.ground.access.policy import check_account, check_gift
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import NATION
from lifang.ground.notices import addresses
from lifang.ground.trail.actions import record

USERNAME = re.compile(r"[\w.@-]{3,60}")
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """Sixteen characters in groups of four, none of them mistakable for another; about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _i in range(4)) for _j in range(4))


def _checked(notify_url: str) -> str:
    """Raises Refused for an address to which nothing is pushed."""
    if notify_url:
        try:
            addresses.check(notify_url)
        except addresses.BadAddress as error:
            raise Refused(str(error), "notify_url") from None
    return notify_url


def _home(user: User) -> int:
    return user.unit.area if user.unit else NATION


@transaction.atomic
def create_user(
    *, by: User | None, username: str, name: str, unit: Unit | None, email: str = "", notify_url: str = ""
) -> tuple[User, str]:
    """Enter a person; returns the person and the initial password, which is kept nowhere and must be changed.

    Raises Refused naming the field.
    """
    if not USERNAME.fullmatch(username):
        raise Refused(_("登录名要 3 到 60 位，只用字母、汉字、数字和 . @ - _。"), "username")
    if by is not None and unit is not None and not current().covers(unit.area):
        raise Refused(_("这个单位不在你管理的范围内。"), "unit")
    password = new_password()
    user = User(
        username=username, name=name, unit=unit, email=email, notify_url=_checked(notify_url), must_change_password=True,
        password=make_password(password),
    )  # fmt: skip
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("这个登录名已有人使用，请换一个。"), "username") from None
    record(what="person.created", kind="person", object_id=user.pk, area=_home(user), username=username)
    return user, password


@transaction.atomic
def change_user(*, by: User, user: User, name: str, unit: Unit | None, email: str, notify_url: str) -> None:
    """Change what is known of a person; the trail keeps which fields, not what they held."""
    check_account(by=by, user=user)
    if unit is not None and not current().covers(unit.area):
        raise Refused(_("这个单位不在你管理的范围内。"), "unit")
    wanted = {"name": name, "unit": unit, "email": email, "notify_url": _checked(notify_url)}
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    for field in changed:
        setattr(user, field, wanted[field])
    user.save(update_fields=changed)
    record(what="person.changed", kind="person", object_id=user.pk, area=_home(user), fields=changed)


@transaction.atomic
def set_active(*, by: User, user: User, active: bool, reason: str) -> None:
    """Close or reopen an account. A closed one is signed out at once; its grants stay as they are."""
    check_account(by=by, user=user)
    user.is_active = active
    user.save(update_fields=["is_active"])
    what = "person.opened" if active else "person.closed"
    record(what=what, kind="person", object_id=user.pk, area=_home(user), reason=reason)


@transaction.atomic
def reset_password(*, by: User, user: User) -> str:
    """A new initial password; the old one, the second factors and all sessions end."""
    check_account(by=by, user=user)
    password = new_password()
    user.password = make_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    Authenticator.objects.filter(user=user).delete()
    record(what="person.password_reset", kind="person", object_id=user.pk, area=_home(user))
    return password


@transaction.atomic
def give_grant(
    *,
    by: User | None,
    user: User,
    role: Role,
    area: int,
    purpose: str,
    unit: Unit | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Grant:
    """Let a person hold a role at a place from `since` (today when left out) to `until` (included; None: open).

    A unit-bound role needs the unit; its place is then the unit's. Raises Refused naming the field.
    """
    since = since or today()
    if not role.functions:
        raise Refused(_("角色「{role}」已停用。").format(role=role.name), "role")
    if not purpose.strip():
        raise Refused(_("授权必须写明用途。"), "purpose")
    if role.unit_bound:
        if unit is None:
            raise Refused(_("「{role}」要写明为哪个单位办理。").format(role=role.name), "unit")
        area = unit.area
    if until is not None and until < since:
        raise Refused(_("截止日期不能早于开始日期。"), "until")
    if by is not None:
        if since < today():
            raise Refused(_("授权不能从过去开始。"), "since")
        check_gift(by=by, user=user, role=role, area=area, until=until)
    grant = Grant.objects.create(
        user=user,
        role=role,
        area=area,
        unit=unit if role.unit_bound else None,
        valid=(since, until + dt.timedelta(days=1) if until else None),
        purpose=purpose.strip(),
        granted_by=by,
    )
    record(
        what="grant.given", kind="person", object_id=user.pk, area=area, grant=grant.pk, role=role.code, since=since,
        until=until, purpose=grant.purpose,
    )  # fmt: skip
    return grant


@transaction.atomic
def end_grant(*, by: User, grant: Grant, reason: str) -> None:
    """End a grant at once. The row and the time for which it was given stay. Raises Refused."""
    if not reason.strip():
        raise Refused(_("请写明终止的原因。"), "reason")
    if not current().covers(grant.area):
        raise Refused(_("这个地域不在你管理授权的范围内。"))
    if grant.ended_at is not None:
        raise Refused(_("这项授权已经终止。"))
    grant.ended_at, grant.ended_by, grant.end_reason = timezone.now(), by, reason.strip()
    grant.save(update_fields=["ended_at", "ended_by", "end_reason"])
    record(
        what="grant.ended", kind="person", object_id=grant.user_id, area=grant.area, grant=grant.pk,
        role=grant.role.code, reason=reason,
    )  # fmt: skip


@transaction.atomic
def create_unit(*, name: str, kind: str, area: int, code: str = "") -> Unit:
    """Enter a body at a place of the scope. The code is made of place and kind unless given. Raises Refused."""
    if not current().covers(area):
        raise Refused(_("这个地域不在你管理的范围内。"), "area")
    unit = Unit(code=code or f"{area}-{kind}", name=name, kind=kind, area=area)
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("编码「{code}」已有单位使用，请另写一个。").format(code=unit.code), "code") from None
    record(what="unit.created", kind="unit", object_id=unit.pk, area=area, name=name)
    return unit


@transaction.atomic
def change_unit(*, unit: Unit, name: str, active: bool) -> None:
    """Rename a body, or take it out of use; cases that it owns stay with it."""
    if not current().covers(unit.area):
        raise Refused(_("这个单位不在你管理的范围内。"))
    before = unit.name
    unit.name, unit.active = name, active
    unit.save(update_fields=["name", "active"])
    record(what="unit.changed", kind="unit", object_id=unit.pk, area=unit.area, before=before, name=name, active=active)
