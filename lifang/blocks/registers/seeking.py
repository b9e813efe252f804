"""Finding entries of the registers by name or by their unified social credit code."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from lifang.blocks.registers.models import Entry
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of

SHORTEST, NUMBER = 2, 8


def closest(typed: str, most: int) -> QuerySet[Entry]:
    """Those that stand, with `close`: 0 for the whole name or code, 1 for its beginning, 2 for a part. Runs under
    `register.read`; who works in a grid finds what stands at its community."""
    typed = typed.strip()
    if len(typed) < SHORTEST:
        return Entry.objects.none()
    places = current().places
    above = Q(area__in=[at_level(low, COMMUNITY) for low, _high in places if level_of(low) > COMMUNITY])
    code = typed.upper()
    coded = Q(number__startswith=code) if len(code) >= NUMBER and code.isalnum() else Q(pk__in=[])
    close = Case(
        When(Q(name=typed) | Q(number=code), then=Value(0)), When(Q(name__startswith=typed) | coded, then=Value(1)),
        default=Value(2), output_field=IntegerField(),
    )  # fmt: skip
    found = Entry.objects.filter(in_places("area", places) | above, Q(name__contains=typed) | coded, ended=False)
    return found.annotate(close=close).order_by("close", "name", "pk")[:most]
