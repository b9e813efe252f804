"""Whose answer under a contract may differ from what it was at a moment, and who is no longer given at all."""

import datetime as dt

from django.db import connection
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from lifang.blocks.dwellings.models import Filing
from lifang.blocks.exchange.models import Contract
from lifang.blocks.packs import service as packs
from lifang.blocks.privacy.models import Consent, Deletion
from lifang.blocks.registry.models import Move, Person, PersonQuery, Record, Ruling
from lifang.blocks.registry.queries import years_before
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import span
from lifang.ground.areas.models import AreaChange

GIVEN = """
EXISTS (SELECT 1 FROM exchange_given g JOIN exchange_sent s ON s.id = g.sent_id
        WHERE s.contract_id = %s AND g.span @> registry_person.id AND g.persons @> ARRAY[registry_person.id])
"""
ERASED = """
SELECT DISTINCT person FROM exchange_given g JOIN exchange_sent s ON s.id = g.sent_id, unnest(g.persons) person,
    (SELECT int8range(%s + 1, %s, '[]') AS span) asked
WHERE s.contract_id = %s AND g.span && asked.span AND asked.span @> person
    AND NOT EXISTS (SELECT 1 FROM registry_person p WHERE p.id = person)
"""


def began_after(contract: Contract, since: dt.datetime) -> bool:
    """Whether nothing was given under the contract at that moment: then everybody is new to who asks."""
    return contract.at >= since or midnight(contract.valid.lower) >= since


def touched(area: int, since: dt.datetime) -> Q:
    """Of whom anything became known or was believed no more, on whom somebody ruled, whose records moved, for whom a
    guardian agreed or agrees no more; who has come of the age from which they are no child's; and all at places or in buildings that were laid out anew. Needs a scope of
    the system."""
    day, age = timezone.localdate(since), packs.value("person.child_age", area, today()).value
    told = Record.objects.filter(Q(known_from__gte=since) | Q(known_until__gte=since))
    moves = Move.objects.filter(at__gte=since)
    found = Q(pk__in=told.values("person")) | Q(pk__in=Ruling.objects.filter(at__gte=since).values("person"))
    agreed = Consent.objects.filter(Q(at__gte=since) | Q(withdrawn_at__gte=since))
    found |= Q(pk__in=agreed.values("person"))
    found |= Q(pk__in=moves.values("source")) | Q(pk__in=moves.values("target"))
    found |= Q(birth__gt=years_before(day, age), birth__lte=years_before(today(), age))
    passed = Q(successions__isnull=False, on__lte=today()) & (Q(recorded_at__gte=since) | Q(on__gte=day))
    places = AreaChange.objects.filter(passed | Q(undone_at__gte=since))
    filings = Filing.objects.filter(Q(at__gte=since) | Q(undone_at__gte=since)).exclude(way=Filing.Way.FLAT)
    for place in {*places.values_list("area", flat=True), *filings.values_list("area", flat=True)}:
        below = span(place)
        found |= Q(area__gte=below.start, area__lt=below.stop)
    return found


def changed(contract: Contract, found: PersonQuery, since: dt.datetime, most: int) -> list[int]:
    """The first of these persons who changed since a moment, in the order of their ids."""
    with system_scope("registry"):
        return list(found.filter(touched(contract.area, since)).values_list("pk", flat=True)[:most])


def gone(contract: Contract, found: PersonQuery, since: dt.datetime, after: int, until: int | None) -> list[int]:
    """Who was given under the contract and changed since a moment, and is none of those that are given now: merged, moved
    away, erased, or of whom nobody speaks. Of ids after one up to another."""
    with system_scope("registry"):
        others = Person.objects.filter(touched(contract.area, since), pk__gt=after).exclude(pk__in=found.values("pk"))
        if until is not None:
            others = others.filter(pk__lte=until)
        others = others.filter(RawSQL(GIVEN, [contract.pk], BooleanField()))
        ids = list(others.values_list("pk", flat=True))
    return sorted([*ids, *_erased(contract, since, after, until)])


def _erased(contract: Contract, since: dt.datetime, after: int, until: int | None) -> list[int]:
    with system_scope("system.retention"), connection.cursor() as cursor:
        if not Deletion.objects.filter(at__gte=since, counts__has_key=Person._meta.db_table).exists():
            return []
        cursor.execute(ERASED, [after, until, contract.pk])
        return [person for (person,) in cursor.fetchall()]
