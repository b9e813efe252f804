"""Who stands on a register of special care: by its rule, worked out from what departments say, or by somebody's mark."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q

from lifang.blocks.lists.models import Mark
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import CareList, Condition, Element
from lifang.blocks.registry import facts, then, winning
from lifang.blocks.registry.days import years_before
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.queries import BELIEVED, rulings_of
from lifang.blocks.registry.winning import Winner, Word
from lifang.ground import prepared
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import Range, system_scope
from lifang.ground.areas.codes import COMMUNITY, WIDTHS, span

FEW = 100
DAY = dt.timedelta(days=1)
NOW = """
SELECT p.id, p.area, p.birth, p.home FROM registry_person p
WHERE p.records > 0 AND p.died_on IS NULL AND {near} AND {only}
"""
THEN = """
SELECT * FROM unnest(%(ids)s::bigint[], %(areas)s::bigint[], %(births)s::date[], %(homes)s::text[]) p(id, area, birth, home)
"""
# Who lives at one's home, by the index of records' homes; the person's own home is that of a record believed.
ONE = """
p.id IN (
    SELECT %(one)s UNION ALL SELECT person_id FROM registry_record WHERE home = %(home)s AND current
) AND (p.id = %(one)s OR p.home = %(home)s)
"""
AT_HOME = "p.area >= %(low)s AND p.area < %(high)s"
BY_RULES = """
WITH people AS ({people}), counted AS (
    SELECT id, home, birth, count(*) OVER home AS living {counts} FROM people WINDOW home AS (PARTITION BY area / 1000, home)
) SELECT home, living, {met} FROM counted WHERE id = %(one)s
"""
BY_RULE = """
WITH people AS ({people}), counted AS (
    SELECT id, area, birth, home, count(*) OVER home AS living {counts} FROM people WINDOW home AS (PARTITION BY area / 1000, home)
) SELECT id, home, living FROM counted p WHERE {here} AND {conditions}
"""


@dataclass(frozen=True)
class Standing:
    """Why somebody stands on a register: what the rule looked at, or the mark that counts."""

    home: str | None = None
    living: int = 0
    said: Mapping[str, Winner] = field(default_factory=dict)
    by_rule: bool = False
    mark: Mark | None = None


def care_lists() -> Mapping[str, CareList]:
    return packs.care_lists(settings.CONFIG.area)


def rule_of(found: CareList, on: dt.date) -> Sequence[Condition]:
    """The conditions in force on a day; none where it had no rule yet."""
    steps = [step for step in (found.rule.steps if found.rule else ()) if step.since <= on]
    return steps[-1].value if steps else ()


def living(places: Sequence[Range], on: dt.date) -> list[Person]:
    """Those who lived on a day in these places and the whole communities around them, whose homes count with theirs."""
    return then.stood(_near(places), on)


def standing(
    name: str, places: Sequence[Range], on: dt.date | None = None, lived: Sequence[Person] | None = None
) -> dict[int, Standing]:
    """The people of these places on a register, as of the end of a day or now; `lived` are the `living` of the day, where
    they were read already.

    Who may see the register is asked by the caller; home and household are looked at across the whole community.
    """
    if on is not None and lived is None:
        lived = living(places, on)
    with system_scope("lists.care"):
        found = _by_rule(rule_of(care_lists()[name], on or today()), places, on, lived)
        for pk, mark in marked(name, places, on, lived).items():
            before = found.get(pk)
            found[pk] = Standing(before.home, before.living, before.said, True, mark) if before else Standing(mark=mark)
    return found


def by_rules(lists: Iterable[str], person: Person) -> dict[str, Standing]:
    """On which of these registers the person stands now by its rule: those of their home are read, and nobody else. Runs
    as the system."""
    rules = {name: rule for name in lists if (rule := rule_of(care_lists()[name], today()))}
    if not rules:
        return {}
    here = (span(person.area).start, span(person.area).stop)
    ((low, high),) = _near([here])
    counts, met, given = "", [], {"one": person.pk, "home": person.home, "low": low, "high": high}
    for at, rule in enumerate(rules.values()):
        more, conditions, params = _conditions(rule, today(), f"{at}_")
        counts += more
        met.append(" AND ".join(conditions))
        given |= params
    people = NOW.format(near=AT_HOME, only=ONE)
    rows = prepared.run(BY_RULES.format(people=people, counts=counts, met=", ".join(met)), given)
    found = {}
    for home, living, *stands in rows:
        for (name, rule), does in zip(rules.items(), stands, strict=True):
            by_home = {person.pk: Standing(home, living, {}, True)}
            if does and (stood := _where_said(by_home, rule, [here], None)):
                found[name] = stood[person.pk]
    return found


def _by_rule(
    rule: Sequence[Condition], places: Sequence[Range], on: dt.date | None, lived: Sequence[Person] | None
) -> dict[int, Standing]:
    if not rule or not places:
        return {}
    counts, conditions, given = _conditions(rule, on or today())
    people = NOW.format(near=then.lying("p.area", _near(places)), only="true")
    if lived is not None:
        people = THEN
        given |= {
            "ids": [one.pk for one in lived], "areas": [one.area for one in lived],
            "births": [one.birth for one in lived], "homes": [one.home for one in lived],
        }  # fmt: skip
    asked = BY_RULE.format(
        people=people, counts=counts, here=then.lying("p.area", places), conditions=" AND ".join(conditions)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, given)
        found = {pk: Standing(home, living, {}, True) for pk, home, living in cursor.fetchall()}
    return _where_said(found, rule, places, on)


def _where_said(
    found: dict[int, Standing], rule: Iterable[Condition], places: Sequence[Range], on: dt.date | None
) -> dict[int, Standing]:
    elements = [condition for condition in rule if condition.what == "element"]
    return _with_values(found, elements, places, on) if elements and found else found


def _near(places: Iterable[Range]) -> list[Range]:
    return [(lo - lo % WIDTHS[COMMUNITY], hi + -hi % WIDTHS[COMMUNITY]) for lo, hi in places]


def _conditions(rule: Iterable[Condition], day: dt.date, key: str = "") -> tuple[str, list[str], dict[str, Any]]:
    """Counts of people at the home, conditions on them and on the age, and their parameters, all named with `key`."""
    counts, conditions, given = "", ["true"], {}
    for at, one in ((f"{key}{number}", one) for number, one in enumerate(rule)):
        ages = []
        if one.first is not None:
            given[f"first{at}"] = years_before(day, one.first)
            ages.append(f"birth <= %(first{at})s")
        if one.last is not None:
            given[f"last{at}"] = years_before(day, one.last + 1)
            ages.append(f"birth > %(last{at})s")
        if one.what == "age":
            conditions += ages
        if one.what == "home":
            who = " AND ".join(ages) or "true"
            # Somebody whose age nobody knows may be of any age.
            most = f"birth IS NULL OR ({who})" if ages and one.most is not None else who
            counts += f", count(*) FILTER (WHERE {most}) OVER home AS most{at}, count(*) FILTER (WHERE {who}) OVER home AS least{at}"
            conditions.append("home IS NOT NULL")
            if one.most is not None:
                conditions.append(f"most{at} <= {one.most}")
            if one.least is not None:
                conditions.append(f"least{at} >= {one.least}")
    return counts, conditions, given


def _with_values(
    found: Mapping[int, Standing], conditions: Sequence[Condition], places: Sequence[Range], on: dt.date | None
) -> dict[int, Standing]:
    """Those of whom the word that counts on each element is one of its values."""
    elements = {one.element: packs.elements(settings.CONFIG.area)[one.element] for one in conditions}
    possible = set(found)
    for one in conditions:
        possible &= _ever_said(one, elements[one.element], possible, places, on)
    words = _words(possible, elements, on)
    rulings = rulings_of(words, midnight(on + DAY) if on else None)
    kept = {}
    for pk, said in words.items():
        records = [word.record for of_record in said for word in of_record.values()]
        won = winning.winners(said, elements, winning.upheld(rulings.get(pk, ()), records))
        if all(one.element in won and _meets(one, won[one.element].word.value) for one in conditions):
            kept[pk] = Standing(found[pk].home, found[pk].living, won, True)
    return kept


def _meets(one: Condition, value: Any) -> bool:
    return bool(value) and (not one.values or str(value) in one.values)


def _ever_said(
    one: Condition, element: Element, persons: Collection[int], places: Sequence[Range], on: dt.date | None
) -> set[int]:
    """Of whom any record says what the condition asks for. Sealed texts are opened, of systems that send the element alone."""
    which = Q(person__in=persons) if on is not None or len(persons) <= FEW else in_places("person__area", places)
    rows = Record.objects.filter(which, *([BELIEVED] if on is None else []))
    if element.sensitivity == "special":
        texts = rows.exclude(special=None).values_list("person", "special__sealed")
        return {pk for pk, text in texts if _meets(one, (facts.readable(text, facts.SPECIAL) or {}).get(one.element))}
    if element.sensitivity == "sealed":
        sent = Q(imported__columns__has_key=one.element) | Q(imported=None)
        texts = rows.filter(sent).exclude(sealed=b"").values_list("person", "sealed")
        return {pk for pk, text in texts if _meets(one, (facts.readable(text) or {}).get(one.element))}
    said = {f"facts__{one.element}__in": one.values} if one.values else {"facts__has_key": one.element}
    return set(rows.filter(**said).values_list("person", flat=True))


def _words(
    persons: Collection[int], elements: Mapping[str, Element], on: dt.date | None
) -> dict[int, list[dict[str, Word]]]:
    """What each of these persons' believed records say of the elements."""
    rows = Record.objects.filter(person__in=persons).select_related("system", "special")
    of_person: dict[int, list[Record]] = defaultdict(list)
    for record in rows:
        of_person[record.person_id].append(record)
    found: dict[int, list[dict[str, Word]]] = {}
    for pk, records in of_person.items():
        for record in winning.believed(records, on):
            values = {**record.facts, **(facts.readable(record.sealed) or {})}
            if hasattr(record, "special"):
                values |= facts.readable(record.special.sealed, facts.SPECIAL) or {}
            said = {name: Word(record, str(values[name])) for name in elements if values.get(name)}
            if said:
                found.setdefault(pk, []).append(said)
    return found


def in_force(on: dt.date) -> Q:
    """Marks that count on a day."""
    end = midnight(on + DAY)
    agreed = Q(answer=Mark.Answer.AGREED, answered_at__lt=end, until__gt=on)
    return agreed & (Q(ended_at=None) | Q(ended_at__gte=end))


def marked(
    name: str, places: Sequence[Range], on: dt.date | None, lived: Iterable[Person] | None = None
) -> dict[int, Mark]:
    """The mark of each person that counts, the one that lasts longest; a merged person's is of who it was merged into."""
    rows = Mark.objects.filter(in_force(on or today()), care_list=name).select_related("by", "answered_by")
    marks = list(rows.order_by("until", "pk"))
    heirs = heirs_of(mark.person_id for mark in marks)
    if lived is None:
        here = Person.objects.filter(in_places("area", places), pk__in=set(heirs.values()))
        known = set(here.values_list("pk", flat=True))
    else:
        known = {one.pk for one in lived if any(lo <= one.area < hi for lo, hi in places)}
    return {heirs[mark.person_id]: mark for mark in marks if heirs[mark.person_id] in known}


def heirs_of(persons: Iterable[int]) -> dict[int, int]:
    """Each person → who they were merged into in the end, or themselves."""
    found = {pk: pk for pk in persons}
    merged = Person.objects.exclude(into=None)
    while step := {one.pk: one.into_id or one.pk for one in merged.filter(pk__in=set(found.values()))}:
        found = {pk: step.get(heir, heir) for pk, heir in found.items()}
    return found
