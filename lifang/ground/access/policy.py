"""Who may give what, and whose account one may change. See docs/decisions/007-who-may-grant.md."""

import datetime as dt

from django.utils.translation import gettext as _

from lifang.ground.access.errors import Refused
from lifang.ground.access.models import Grant, Role, User
from lifang.ground.access.scope import current, holdings_of, system_scope
from lifang.ground.areas.codes import within

MANAGE = "access.manage"
# Functions that manage the platform itself: nobody gives what they do not hold there themselves.
MANAGING = ("access.", "job.", "api.")


def managing(role: Role) -> set[str]:
    """The role's functions that manage the platform itself."""
    return {name for name in role.functions if name.startswith(MANAGING)}


def check_gift(*, by: User, user: User, role: Role, area: int, until: dt.date | None) -> None:
    """Raises Refused where this grant would exceed what the giver may give."""
    if user.pk == by.pk:
        raise Refused(_("不能给自己授权，请另一位管理员办理。"), "role")
    held = holdings_of(by)
    if not held.may(MANAGE, area):
        raise Refused(_("这个地域不在你管理授权的范围内。"), "area")
    if beyond := sorted(name for name in managing(role) if not held.may(name, area)):
        raise Refused(
            _("「{role}」含有管理职能 {functions}，你自己在该地域没有，不能授予。").format(
                role=role.name, functions=_("、").join(beyond)
            ),
            "role",
        )
    last = _own_end(by, area)
    if last is not None and (until is None or until > last):
        raise Refused(_("你自己的管理授权到 {day} 为止，授出的期限不能更长。").format(day=last), "until")


def _own_end(by: User, area: int) -> dt.date | None:
    """The last day until which the giver manages grants at a place; None when without end."""
    own = Grant.objects.of(by).in_force().filter(role__functions__contains=[MANAGE], role__unit_bound=False)
    ends = [grant.valid.upper for grant in own if within(area, grant.area)]
    return None if None in ends else max(ends) - dt.timedelta(days=1)


def check_account(*, by: User, user: User) -> None:
    """Raises Refused unless everything that the person holds, will hold or belongs to lies within the manager's places.

    Otherwise whoever manages one street could take over the account of somebody who serves the whole city.
    """
    if user.pk == by.pk:
        raise Refused(_("不能管理自己的账号；自己的密码在「登录安全」里改。"))
    reach = current()
    with system_scope("access.reach"):
        places = list(Grant.objects.of(user).in_force_or_later().values_list("area", flat=True))
    if user.unit is not None:
        places.append(user.unit.area)
    if not all(reach.covers(place) for place in places):
        raise Refused(_("此人还在你管理范围以外任职，请上一级管理员办理。"))
