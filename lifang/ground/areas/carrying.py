"""Who served a code that passed to another goes on at its heir: grants and bodies get successors there.

What stood on the old code stays, for cases that stand there still. A grant's successor is the same role, body, purpose
and end, from the day of the change; a body's successor is of the same kind.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.ground.access.models import Grant, Unit, User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import EVERYWHERE, Scope, within_scope
from lifang.ground.areas.models import AreaChange, Succession
from lifang.ground.trail.actions import record

Heirs = Mapping[int, list[int]]
FOLLOWERS: list[Callable[[AreaChange, Collection[int]], None]] = []
"""Other rooms whose things stand on places: told of a change, or of its undoing, with the codes that it touched."""


def carry(change: AreaChange, steps: Iterable[Succession], names: Mapping[int, str]) -> None:
    """Give grants and bodies on the codes that passed successors on the heirs; the change's `data` keeps which.

    `names` are those of the codes before and after. Of a split each part is an heir. People follow their body where
    there is but one heir and the day of the change has come.
    """
    all_heirs: dict[int, list[int]] = defaultdict(list)
    for step in steps:
        all_heirs[step.old_code].append(step.new_code)
    _tell(change, steps)
    moved = {old: fresh for old, heirs in all_heirs.items() if (fresh := [new for new in heirs if new != old])}
    if not moved:
        return
    with _under(change.by):
        units, begun = _units(change, moved, names)
        grants = _grants(change, moved, {(old.pk, new.area): new for old, new in units})
        people = []
        if change.on <= today():
            people = _people([(old, new) for old, new in units if all_heirs[old.area] == [new.area]])
    if units or grants:
        pairs = [(old.pk, new.pk) for old, new in units]
        change.data["carried"] = {"units": pairs, "begun": begun, "grants": grants, "people": people}
        change.save(update_fields=["data"])


def take_back(change: AreaChange, steps: Iterable[Succession], by: User | None) -> None:
    """End the successors that a change gave; bodies that it set up or opened again are closed, people go back."""
    _tell(change, steps)
    carried = change.data.get("carried")
    if not carried:
        return
    with _under(by):
        for user, old, new in carried["people"]:
            User.objects.filter(pk=user, unit_id=new).update(unit_id=old)
        given = Grant.objects.filter(pk__in=[new for _old, new in carried["grants"]], ended_at=None)
        for grant in given.select_for_update():
            grant.ended_at, grant.ended_by, grant.end_reason = timezone.now(), by, _("区划调整已撤销")
            grant.save(update_fields=["ended_at", "ended_by", "end_reason"])
            record(
                what="grant.ended", kind="person", object_id=grant.user_id, area=grant.area, grant=grant.pk,
                reason=grant.end_reason, change=change.pk,
            )  # fmt: skip
        for unit in Unit.objects.filter(pk__in=carried["begun"]):
            unit.active = False
            unit.save(update_fields=["active"])
            record(what="unit.changed", kind="unit", object_id=unit.pk, area=unit.area, active=False, change=change.pk)


def successors(unit: int) -> set[int]:
    """The bodies to which what this one did has passed with its place by today."""
    found = {unit}
    changes = AreaChange.objects.filter(undone_at=None, on__lte=today(), data__has_key="carried").order_by("pk")
    for carried in changes.values_list("data__carried__units", flat=True):
        found |= {new for old, new in carried if old in found}
    return found - {unit}


def _tell(change: AreaChange, steps: Iterable[Succession]) -> None:
    codes = {code for step in steps for code in (step.old_code, step.new_code)}
    for follower in FOLLOWERS if codes else ():
        follower(change, codes)


def _under(by: User | None) -> AbstractContextManager[Scope]:
    """Grants change under this scope alone; whoever changes the tree need not manage them."""
    return within_scope(Scope("system.areas.carry", (EVERYWHERE,), user_id=by.pk if by else None))


def _units(change: AreaChange, moved: Heirs, names: Mapping[int, str]) -> tuple[list[tuple[Unit, Unit]], list[int]]:
    """Each body with its successor, and the ids of those that were set up or opened again."""
    there = {
        (u.area, u.kind): u for u in Unit.objects.filter(area__in={new for news in moved.values() for new in news})
    }
    pairs, begun = [], []
    for old in Unit.objects.filter(area__in=moved, active=True).order_by("area", "pk"):
        for heir in moved[old.area]:
            new = there.get((heir, old.kind))
            if new is None:
                name = old.name.replace(names.get(old.area) or old.name, names.get(heir) or old.name)
                new = Unit(code=f"{heir}-{old.kind}", name=name[:120], kind=old.kind, area=heir, active=False)
            if not new.active:
                new.active = True
                new.save()
                begun.append(new.pk)
                record(
                    what="unit.carried", kind="unit", object_id=new.pk, area=heir, name=new.name, before=old.pk,
                    change=change.pk, document=change.document_number,
                )  # fmt: skip
            there[heir, old.kind] = new
            pairs.append((old, new))
    return pairs, begun


def _grants(change: AreaChange, moved: Heirs, units: Mapping[tuple[int, int], Unit]) -> list[tuple[int, int]]:
    """The ids of each grant and its successor."""
    pairs = []
    heirs = {new for news in moved.values() for new in news}
    held = {_likeness(grant) for grant in Grant.objects.filter(area__in=heirs, ended_at=None)}
    unended = Q(valid__upper_inf=True) | Q(valid__endswith__gt=change.on)
    for old in (
        Grant.objects.filter(unended, area__in=moved, ended_at=None).select_related("role", "unit").order_by("pk")
    ):
        for heir in moved[old.area]:
            new = Grant(
                user_id=old.user_id, role=old.role, area=heir, purpose=old.purpose, granted_by_id=old.granted_by_id,
                unit=units.get((old.unit_id or 0, heir), old.unit),
                valid=DateRange(max(change.on, old.valid.lower), old.valid.upper),
            )  # fmt: skip
            if _likeness(new) in held:
                continue
            new.save()
            held.add(_likeness(new))
            pairs.append((old.pk, new.pk))
            record(
                what="grant.carried", kind="person", object_id=new.user_id, area=heir, grant=new.pk, before=old.pk,
                role=new.role.code, since=new.valid.lower, change=change.pk, document=change.document_number,
            )  # fmt: skip
    return pairs


def _likeness(grant: Grant) -> tuple[object, ...]:
    return grant.user_id, grant.role_id, grant.unit_id, grant.area, grant.valid.upper


def _people(pairs: list[tuple[Unit, Unit]]) -> list[tuple[int, int, int]]:
    """Person, body before and body now, of all who belonged to a body whose place has one heir."""
    went = []
    for old, new in pairs:
        for user in User.objects.filter(unit=old).order_by("pk"):
            user.unit = new
            user.save(update_fields=["unit"])
            went.append((user.pk, old.pk, new.pk))
            record(what="person.changed", kind="person", object_id=user.pk, area=new.area, fields=["unit"])
    return went
