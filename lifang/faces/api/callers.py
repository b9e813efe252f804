"""Who asks: another system by token, a signed-in person, or anybody; and where they may use a function."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from django.db import models
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Actor
from lifang.faces.api.models import ApiToken
from lifang.faces.api.problems import Problem
from lifang.ground import prepared
from lifang.ground.access import doors
from lifang.ground.access.models import Unit, User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Holdings, Scope, holdings_of, within_scope
from lifang.ground.areas.carrying import successors
from lifang.ground.areas.codes import NATION, span
from lifang.ground.areas.models import Area

SIGN_IN = Scope("system.token")
FOR_ANYBODY = "public."
SEEN_EVERY = dt.timedelta(minutes=1)
SCHEME = "bearer "


def digest_of(secret: str) -> bytes:
    """What is kept of a secret. It holds 256 random bits, so that a plain hash is enough."""
    return hashlib.sha256(secret.encode()).digest()


def narrowed(token: ApiToken, holdings: Holdings, function: str) -> Scope:
    """Where a token may use a function: its own bounds, never beyond what its account holds now."""
    held = holdings.scope(function) if function in token.functions else Scope(function)
    if token.unit is not None:
        reached = [unit.pk for unit in token.units if held.covers(unit.area, [unit.pk])]
        return Scope(function, units=tuple(reached), user_id=token.user_id)
    own = [span(area) for area in token.areas]
    cut = [(max(lo, one.start), min(hi, one.stop)) for lo, hi in held.places for one in own]
    return Scope(function, tuple((lo, hi) for lo, hi in cut if lo < hi), user_id=token.user_id)


def _acting(token: ApiToken, area: int, involved: Collection[int]) -> int | None:
    """The unit that a token acts as; where several serve, the one that has a part, else the one of the place, else none."""
    if token.unit is None:
        return token.user.unit_id
    if len(token.serving) == 1:
        return token.serving[0].pk
    active = [unit for unit in {*token.serving, token.unit} if unit.active]
    fits = ((unit.pk in involved, area in span(unit.area), unit.pk) for unit in active)
    has_part, there, unit = max(fits, default=(False, False, None))
    return unit if has_part or there else None


@dataclass(frozen=True)
class Caller:
    """The asking side. `holdings` are a person's own, or those of a token's account; None for anybody."""

    user: User | None = None
    holdings: Holdings | None = None
    token: ApiToken | None = None

    def scope(self, function: str) -> Scope:
        if self.holdings is None:
            return Scope(function)
        if self.token is not None:
            return narrowed(self.token, self.holdings, function)
        return self.holdings.scope(function)

    def may(self, function: str, area: int, involved: Iterable[int] = ()) -> bool:
        return self.scope(function).covers(area, involved)

    def actor(self, area: int = NATION, involved: Collection[int] = ()) -> Actor:
        """Who acts, at a place and on what these units have a part in."""
        if self.token is not None:
            return Actor(self.token.user_id, self.token.actor_name, _acting(self.token, area, involved))
        if self.user is not None:
            return Actor(self.user.pk, self.user.name, self.user.unit_id)
        return Actor()


ANYBODY = Caller()


def token_caller(secret: str, *, anybody: bool = False) -> Caller | None:
    """The caller behind a token's secret; None when it is unknown, ended or taken back.

    Where anybody may ask, what the account holds is not read.
    """
    with within_scope(SIGN_IN):
        token = _in_force(secret)
        if token is None:
            return None
        now = timezone.now()
        if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        if token.unit is not None and (heirs := successors(token.unit.pk)):
            token.serving = list(Unit.objects.filter(pk__in=heirs, active=True))
            token.units = [token.unit, *token.serving]
            if Area.objects.as_of(today()).filter(code=token.unit.area).exists():
                token.serving = token.units
        return Caller(token.user, None if anybody else holdings_of(token.user), token)


def _columns(model: type[models.Model], letter: str, *without: str) -> tuple[list[str], str]:
    """Names of a table's columns, and how a statement asks for them."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in without]
    return names, ", ".join(f'{letter}."{name}"' for name in names)


TOKEN, OF_TOKEN = _columns(ApiToken, "t", "digest")
ACCOUNT, OF_ACCOUNT = _columns(User, "a", "password")
UNIT, OF_UNIT = _columns(Unit, "u")
# As a grant goes on at the heirs of its place, so does a token.
AREAS = (
    "(WITH RECURSIVE areas AS (SELECT t.area AS code UNION SELECT s.new_code FROM areas a JOIN areas_succession s"
    ' ON s.old_code = a.code AND s."on" <= %s::date) SELECT array_agg(code ORDER BY code) FROM areas)'
)
IN_FORCE = (
    f"SELECT {AREAS}, {OF_TOKEN}, {OF_ACCOUNT}, {OF_UNIT} FROM api_apitoken t"
    " JOIN access_user a ON a.id = t.user_id LEFT JOIN access_unit u ON u.id = t.unit_id"
    " WHERE t.digest = %s AND t.valid @> %s::date AND t.revoked_at IS NULL AND a.is_active"
)


def _in_force(secret: str) -> ApiToken | None:
    """The token of this secret with its account and unit. Every request of a token begins with this statement."""
    for areas, *row in prepared.run(IN_FORCE, [today(), digest_of(secret), today()]):
        columns = iter(row)
        token = ApiToken.from_db("default", TOKEN, list(islice(columns, len(TOKEN))))
        token.areas = areas
        token.user = User.from_db("default", ACCOUNT, list(islice(columns, len(ACCOUNT))))
        token.unit = Unit.from_db("default", UNIT, list(columns)) if token.unit_id else None
        token.units = token.serving = [token.unit] if token.unit else []
        return token
    return None


def _session_caller(request: HttpRequest) -> Caller:
    if request.method not in doors.SAFE:
        reason = CsrfViewMiddleware(lambda r: None).process_view(request, _protected, (), {})  # type: ignore[arg-type]
        if reason is not None:
            raise Problem(403, _("请求缺少跨站校验码，没有处理。请带上请求头 X-CSRFToken。"), field="X-CSRFToken")
    if request.user.must_change_password:  # type: ignore[union-attr]
        raise Problem(403, _("请先在页面上修改初始密码。"), field="Cookie", allowed="/accounts/password/change/")
    return Caller(request.user, doors.holdings(request))  # type: ignore[arg-type]


def _protected() -> None:
    """Stands for a view under CSRF protection."""


def identify(request: HttpRequest, *, anybody: bool) -> Caller:
    """Who asks; raises Problem 401. Where anybody may ask, a session is not looked at."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if header:
        secret = header[len(SCHEME) :].strip() if header.lower().startswith(SCHEME) else ""
        caller = token_caller(secret, anybody=anybody) if secret else None
        if caller is None:
            raise Problem(
                401,
                _("令牌无效、已到期或已收回。"),
                field="Authorization",
                allowed="Bearer <token>",
                headers={"WWW-Authenticate": "Bearer"},
            )
        return caller
    if anybody:
        return ANYBODY
    if request.user.is_authenticated:
        return _session_caller(request)
    raise Problem(
        401, _("请先登录或带上令牌。"), field="Authorization", allowed="Bearer <token>",
        headers={"WWW-Authenticate": "Bearer"},
    )  # fmt: skip
