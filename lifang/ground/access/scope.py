"""The scope of what runs now: one function, and the places and units where it may be used.

It is held in a context variable for the code and handed to PostgreSQL for the transaction, where
row-level security checks it again. Scopes do not nest into unions: an inner scope replaces the outer.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from django.db import Error, connection, transaction

from lifang.ground import prepared
from lifang.ground.access.models import User
from lifang.ground.access.ranges import midnight, today
from lifang.ground.areas.codes import span

EVERYWHERE = (0, 10**15)
SETTINGS = (
    "SELECT set_config('lifang.places', %s, true), set_config('lifang.units', %s, true),"
    " set_config('lifang.user', %s, true), set_config('lifang.function', %s, true),"
    " set_config('lifang.token', %s, true)"
)
# Whoever waits for an answer waits for no table that is being filled (see `faces/errors.py`).
SERVED_SETTINGS = f"{SETTINGS}, set_config('lock_timeout', '5s', true)"
READ_ONLY_SETTINGS = (
    f"{SETTINGS}, set_config('transaction_read_only', 'on', true), set_config('lock_timeout', '2s', true)"
)

GRANTS = (
    "SELECT r.functions, r.code, g.area, CASE WHEN r.unit_bound THEN g.unit_id END"
    " FROM access_grant g JOIN access_role r ON r.id = g.role_id"
    " WHERE g.user_id = %s AND (g.ended_at IS NULL OR g.ended_at >= %s) AND g.valid @> %s::date"
    " AND (%s::bigint IS NULL OR g.granted_by_id IS DISTINCT FROM %s)"
)

Range = tuple[int, int]


@dataclass(frozen=True)
class Scope:
    """`places` are half-open ranges of area codes; `units` ids of units whose cases are reached."""

    function: str
    places: tuple[Range, ...] = ()
    units: tuple[int, ...] = ()
    user_id: int | None = None
    token: str = ""

    def covers(self, area: int, involved: Iterable[int] = ()) -> bool:
        return any(lo <= area < hi for lo, hi in self.places) or not set(self.units).isdisjoint(involved)

    def __bool__(self) -> bool:
        return bool(self.places or self.units or self.token)


@dataclass(frozen=True)
class Holding:
    """One grant in force, with the functions that it carries."""

    functions: frozenset[str]
    role: str
    area: int
    unit: int | None


@dataclass
class Holdings:
    """All that a person holds today; it answers both «may I» and «where»."""

    user_id: int
    held: list[Holding] = field(default_factory=list)
    _scopes: dict[str, Scope] = field(default_factory=dict, init=False, repr=False, compare=False)

    def scope(self, function: str) -> Scope:
        if function not in self._scopes:
            self._scopes[function] = self._scope(function)
        return self._scopes[function]

    def _scope(self, function: str) -> Scope:
        mine = [h for h in self.held if function in h.functions]
        below = [span(h.area) for h in mine if h.unit is None]
        units = {h.unit for h in mine if h.unit is not None}
        return Scope(function, tuple(sorted({(r.start, r.stop) for r in below})), tuple(sorted(units)), self.user_id)

    def may(self, function: str, area: int, involved: Iterable[int] = ()) -> bool:
        return self.scope(function).covers(area, involved)

    def holds(self, function: str) -> bool:
        return any(function in h.functions for h in self.held)

    def roots(self, function: str) -> list[int]:
        """The places for which a function is held, by code."""
        return sorted({h.area for h in self.held if function in h.functions and h.unit is None})

    @property
    def functions(self) -> frozenset[str]:
        return frozenset().union(*(h.functions for h in self.held))


def holdings_of(user: User, *, besides: User | None = None) -> Holdings:
    """What a person holds today; with `besides`, leaving out what that one granted."""
    day, giver = today(), besides.pk if besides else None
    with _applied(Scope("grant.own", user_id=user.pk)):
        rows = prepared.run(GRANTS, [user.pk, midnight(day + dt.timedelta(days=1)), day, giver, giver])
    return Holdings(user.pk, [Holding(frozenset(functions), *row) for functions, *row in rows])


NOTHING = Scope("")
_current: ContextVar[Scope] = ContextVar("scope", default=NOTHING)
_reading: ContextVar[bool] = ContextVar("reading", default=False)


def current() -> Scope:
    """The scope of what runs now; one that covers nothing outside any `within_scope`."""
    return _current.get()


def _settings(scope: Scope, statement: str) -> None:
    places = "{" + ",".join(f"[{lo},{hi})" for lo, hi in scope.places) + "}"
    units = "{" + ",".join(map(str, scope.units)) + "}"
    settings = [places, units, str(scope.user_id or ""), scope.function, scope.token]
    prepared.send(statement, settings)


@contextmanager
def _within_reading() -> Iterator[None]:
    """A transaction that reads has nothing to take back, so scopes in it set no savepoints."""
    try:
        yield
    except Error:
        connection.set_rollback(True)
        raise


@contextmanager
def _applied(scope: Scope, statement: str = SETTINGS) -> Iterator[Scope]:
    outer = _current.get()
    nested = connection.in_atomic_block
    reading = _reading.get() if nested else statement == READ_ONLY_SETTINGS
    try:
        with _within_reading() if nested and reading else transaction.atomic():
            _settings(scope, SETTINGS if nested else statement)
            mark, reads = _current.set(scope), _reading.set(reading)
            try:
                yield scope
            finally:
                _current.reset(mark)
                _reading.reset(reads)
    finally:
        if nested and not connection.needs_rollback:
            _settings(outer, SETTINGS)


@contextmanager
def within_scope(scope: Scope, *, read_only: bool = False) -> Iterator[Scope]:
    """Run a transaction under this scope."""
    with _applied(scope, READ_ONLY_SETTINGS if read_only else SETTINGS):
        yield scope


@contextmanager
def served_in(scope: Scope, *, read_only: bool) -> Iterator[Scope]:
    """The same for a request: it waits for a lock no longer than somebody waits for an answer."""
    with _applied(scope, READ_ONLY_SETTINGS if read_only else SERVED_SETTINGS):
        yield scope


@contextmanager
def everywhere() -> Iterator[Scope]:
    """Run under the current function at every place: for what anybody may do anywhere, such as reporting."""
    now = current()
    if now.places == (EVERYWHERE,):
        yield now
        return
    with _applied(replace(now, places=(EVERYWHERE,))) as scope:
        yield scope


@contextmanager
def scope_of(user: User, function: str, *, read_only: bool = False) -> Iterator[Scope]:
    """Run a transaction as this person under one function, at the places where they hold it."""
    with within_scope(holdings_of(user).scope(function), read_only=read_only) as scope:
        yield scope


@contextmanager
def system_scope(function: str) -> Iterator[Scope]:
    """Run a transaction of the system itself (a job, a load), everywhere; `function` names why."""
    with _applied(Scope(f"system.{function}", (EVERYWHERE,))) as scope:
        yield scope
