"""Giving and taking back tokens; setting up and ending subscriptions. Each runs under `api.manage`."""

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.faces.api.callers import FOR_ANYBODY, digest_of
from lifang.faces.api.models import SECRET_OF, ApiToken, Delivery, Subscription
from lifang.ground.access import vault
from lifang.ground.access.actions import create_user
from lifang.ground.access.errors import Refused
from lifang.ground.access.models import Unit, User
from lifang.ground.access.policy import MANAGING
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Holdings, current, holdings_of
from lifang.ground.areas.codes import span
from lifang.ground.trail.actions import record

PREFIX = "lf_"
LONGEST_DAYS = 366


def _check_account(by: User, user: User, area: int) -> None:
    """A token is for one's own account or for one that no person signs in with, at a place that one manages."""
    if user.pk != by.pk and user.has_usable_password():
        raise Refused(_("令牌只能发给自己的账号或服务账号，不能发给别人的账号。"), "user")
    if not current().covers(area):
        raise Refused(_("这个地域不在你管理接口的范围内。"), "area")


def _must_hold(by: User, user: User, function: str, area: int, unit: Unit | None) -> None:
    """Nothing beyond what the account holds; what manages the platform itself the giver must hold too.

    What the giver granted does not count: nobody comes to see cases without a second administrator.
    """
    if function.startswith(FOR_ANYBODY):
        return
    for holder in {by, user} if function.startswith(MANAGING) else {user}:
        if not _holds(holdings_of(holder), function, area, unit):
            raise Refused(
                _("{name} 在这里没有职能「{function}」，不能授给令牌。").format(name=holder.name, function=function),
                "functions",
            )
        if not _holds(holdings_of(holder, besides=by), function, area, unit):
            raise Refused(
                _("{name} 的职能「{function}」是你自己授予的，请另一位管理员办理。").format(
                    name=holder.name, function=function
                ),
                "functions",
            )


def _holds(holdings: Holdings, function: str, area: int, unit: Unit | None) -> bool:
    held = holdings.scope(function)
    if unit is not None:
        return held.covers(unit.area, [unit.pk])
    own = span(area)
    return any(lo <= own.start and own.stop <= hi for lo, hi in held.places)


@transaction.atomic
def give_token(
    *,
    by: User,
    user: User,
    name: str,
    purpose: str,
    functions: Sequence[str],
    area: int,
    unit: Unit | None = None,
    days: int = 90,
    per_minute: int = 120,
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is shown this once.

    Raises Refused naming the field: unknown functions, more than the account holds, what the giver granted to it, more than a
    year.
    """
    _check_account(by, user, area)
    if not name.strip() or not purpose.strip() or len(name) > 60 or len(purpose) > 200:
        raise Refused(_("请写明名称（最多 60 个字）和用途（最多 200 个字）。"), "purpose")
    known = packs.functions()
    if not functions or (strange := sorted(set(functions) - set(known))):
        raise Refused(
            _("没有职能「{names}」。").format(names=_("、").join(strange)) if functions else _("请至少选一项职能。"),
            "functions",
        )
    for function in functions:
        _must_hold(by, user, function, area, unit)
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(_("有效期应为 1 到 {n} 天。").format(n=LONGEST_DAYS), "days")
    if not 1 <= per_minute <= 100_000:
        raise Refused(_("每分钟次数应在 1 到 100000 之间。"), "per_minute")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name.strip(),
        digest=digest_of(secret),
        user=user,
        granted_by=by,
        functions=sorted(set(functions)),
        area=area,
        unit=unit,
        purpose=purpose.strip(),
        valid=(today(), today() + dt.timedelta(days=days)),
        per_minute=per_minute,
    )
    record(
        what="token.give", kind="token", object_id=token.pk, area=area, functions=token.functions, user=user.username
    )
    return token, secret


@transaction.atomic
def revoke_token(*, by: User, token_id: int) -> ApiToken:
    """The token stops at once. Raises ApiToken.DoesNotExist where the scope does not reach it."""
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token_id)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record(what="token.revoke", kind="token", object_id=token.pk, area=token.area)
    return token


@transaction.atomic
def service_account(*, by: User, username: str, name: str, unit: Unit | None) -> User:
    """An account that no person signs in with. Runs under access.manage; raises Refused naming the field."""
    user, _password = create_user(by=by, username=username, name=name, unit=unit)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return user


@transaction.atomic
def subscribe(
    *, by: User, user: User, url: str, events: Sequence[str], area: int, purpose: str
) -> tuple[Subscription, str]:
    """A new subscription and the secret that signs its messages, shown this once. Raises Refused."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or len(url) > 500:
        raise Refused(_("地址要以 http:// 或 https:// 开头，不带用户名和密码。"), "url")
    if not purpose.strip() or len(purpose) > 200:
        raise Refused(_("请写明用途，最多 200 个字。"), "purpose")
    if not events or any(not e or len(e) > 60 or "\0" in e for e in events):
        raise Refused(_("请至少写一个事件，如 event.close；event.* 表示网格事件的每一步。"), "events")
    _check_account(by, user, area)
    _must_hold(by, user, "case.read", area, None)
    secret = secrets.token_urlsafe(32)
    subscription = Subscription.objects.create(
        url=url,
        topics=sorted(set(events)),
        area=area,
        purpose=purpose.strip(),
        user=user,
        made_by=by,
        secret=vault.seal(secret, SECRET_OF),
    )
    record(what="webhook.subscribe", kind="webhook", object_id=subscription.pk, area=area, url=url, events=list(events))
    return subscription, secret


@transaction.atomic
def end_subscription(*, by: User, subscription_id: int) -> Subscription:
    """Nothing more is sent. Raises Subscription.DoesNotExist where the scope does not reach it."""
    subscription = Subscription.objects.select_for_update(of=("self",)).get(pk=subscription_id)
    if subscription.ended_at is None:
        subscription.ended_at = timezone.now()
        subscription.save(update_fields=["ended_at"])
        record(what="webhook.end", kind="webhook", object_id=subscription.pk, area=subscription.area)
    return subscription


@transaction.atomic
def send_again(*, by: User, delivery_id: uuid.UUID) -> Delivery:
    """A failed message waits again; the caller enqueues it. Raises Delivery.DoesNotExist."""
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("subscription")
        .get(pk=delivery_id, state=Delivery.State.FAILED)
    )
    delivery.state, delivery.ended_at = Delivery.State.WAITING, None
    delivery.save(update_fields=["state", "ended_at"])
    record(what="webhook.again", kind="webhook", object_id=delivery.subscription_id, area=delivery.subscription.area)
    return delivery
