"""Looking at persons leaves rows in the trail: what was looked for or opened, never what was typed."""

import datetime as dt
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.registry.merged import with_merged
from lifang.blocks.registry.models import Person
from lifang.ground import prepared
from lifang.ground.access.doors import acting, holdings
from lifang.ground.access.models import User
from lifang.ground.access.scope import current, system_scope, within_scope
from lifang.ground.trail import words
from lifang.ground.trail.actions import record
from lifang.ground.trail.models import Entry

SEARCHED, OPENED, REVEALED, GUARDED = "person.search", "person.read", "person.reveal", "person.health"
LEFT = "person.left"
BOARD, PAIR, CASES = "person.board", "person.pair", "person.cases"
WHAT = {
    SEARCHED: lazy("查找居民"),
    OPENED: lazy("打开居民档案"),
    LEFT: lazy("查看已离开的居民（只看到何时离开）"),
    BOARD: lazy("查看楼栋图"),
    PAIR: lazy("核对是否同一人"),
    CASES: lazy("查看居民反映的案件"),
    REVEALED: lazy("查看完整号码或电话"),
    GUARDED: lazy("查看特别保护的信息"),
    "resident.foreign": lazy("试图查看范围外的居民（未看到）"),
}
words.MORE.append(lambda what: str(WHAT[what]) if what in WHAT else None)
words.KINDS["resident"] = lazy("居民")
words.QUESTIONS["residents"] = (lazy("查看居民档案"), {"kind": "resident"})
MOST = 20


class Look(NamedTuple):
    """`what` and `purpose` are in words."""

    at: dt.datetime
    user: int | None
    what: Any
    purpose: str


ELSEWHERE: list[Callable[[Collection[int]], list[Look]]] = []
"""Where other rooms keep who was shown a person among many: their id and those of who was merged into them → looks, the
newest first; asked as the system."""
SEEN = "WHERE kind = 'resident' AND object_id = %s AND what = ANY(%s)"
View = Callable[..., HttpResponse]


def looked(request: HttpRequest, *, what: str, area: int, object_id: object = "", **data: Any) -> None:
    """Keep this in the trail once the page is made: a page that is read cannot write."""
    row = {"what": what, "kind": "resident", "object_id": object_id, "area": area, **data}
    request._looked = [*getattr(request, "_looked", []), (row, current())]  # type: ignore[attr-defined]


def leaves_a_row(view: View) -> View:
    """Stands outside the door of a view that calls `looked`."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        for row, scope in getattr(request, "_looked", []):
            with within_scope(scope):
                record(**row)
        return answer

    return inner


def lookers(request: HttpRequest, person: Person) -> dict[str, Any]:
    """`looks`: who looked, for those who audit the place; else None. `opened`: how many times by how many people."""
    of_person = [str(person.pk), [OPENED, PAIR, CASES, REVEALED, GUARDED]]
    with system_scope("person.looked"):
        ids = list(with_merged([person.pk]))
        elsewhere = [look for looks in ELSEWHERE for look in looks(ids)]
        users = [user for (user,) in prepared.run(f"SELECT user_id FROM trail_entry {SEEN}", of_person)]
    users += [look.user for look in elsewhere]
    found: dict[str, Any] = {"looks": None, "opened": len(users), "openers": len(set(users))}
    if holdings(request).may("trail.read", person.area):
        with acting(request, "trail.read"):
            rows = prepared.select(Entry, f"{SEEN} ORDER BY id DESC LIMIT {MOST}", of_person)
        looks = [Look(row.at, row.user_id, WHAT[row.what], row.data.get("purpose", "")) for row in rows]
        looks = sorted([*looks, *elsewhere], key=lambda look: look.at, reverse=True)[:MOST]
        people = {user.pk: user for user in User.objects.filter(pk__in={look.user for look in looks})}
        found["looks"] = [(look.at, people.get(look.user or 0), look.what, look.purpose) for look in looks]
    return found
