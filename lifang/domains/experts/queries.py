"""Reading the register of experts and their answers."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db.models import Count
from django.db.models.expressions import RawSQL

from lifang.blocks.cases.models import Case, CaseQuery
from lifang.blocks.cases.words import words
from lifang.blocks.packs import service as packs
from lifang.domains.experts.models import Expert
from lifang.ground.access.models import User
from lifang.ground.access.scope import Range, current, everywhere
from lifang.ground.areas.codes import span

CONSULTATION = "consultation"
ANSWER, ASK, MANAGE = "expert.answer", "expert.ask", "expert.manage"
ANSWERED = ("answered", "rated")


def fields_at(area: int | None = None) -> Mapping[str, str]:
    """Code → title of the fields that the packs of a place (the city) know."""
    known = packs.code_list("expertise", area or settings.CONFIG.area)
    return {**known.values, **known.own}


def field_title(code: str, area: int | None = None) -> str:
    return fields_at(area).get(code, code)


def serving(case: Case) -> list[Expert]:
    """The experts who serve the place of a case today; whoever reaches the case may know them."""
    with everywhere():
        return list(Expert.objects.serving((case.area, case.area + 1)).in_force())


def register(user: User, field: str) -> list[Expert]:
    """The experts for somebody's places, those in force first."""
    places = own_places(user)
    with everywhere():
        found = Expert.objects.serving(*places)
        rows = list(found.of_field(field) if field else found)
    return sorted(rows, key=lambda one: not one.in_force)


def own_places(user: User) -> tuple[Range, ...]:
    """Where somebody asks experts: at the places that they hold, else at that of their unit."""
    if current().places or user.unit is None:
        return current().places
    below = span(user.unit.area)
    return ((below.start, below.stop),)


def asked_of(user: User) -> CaseQuery:
    """The questions put to one expert, the newest first."""
    mine = Case.objects.filter(type=CONSULTATION, fields__expert_user=user.pk)
    return mine.exclude(state="withdrawn").order_by("-id").defer("words")


def answers(field: str, text: str) -> CaseQuery:
    """The answers within the scope, the newest first, by field and by every word of a text."""
    found = Case.objects.filter(type=CONSULTATION, state__in=ANSWERED)
    if field:
        found = found.filter(category=field)
    if text:
        query = " & ".join(f"'{word}'" + (":*" if len(word) == 1 or word.isascii() else "") for word in words(text))
        found = found.filter(pk__in=RawSQL(FOUND, [query])) if query else found.none()
    return found.select_related("parent").order_by("-id").defer("words")


FOUND = "SELECT id FROM cases_case WHERE type = 'consultation' AND words @@ to_tsquery('simple', %s)"


def helped(experts: Iterable[Expert]) -> Mapping[int, int]:
    """By expert, how many questions within the scope they answered."""
    answered = Case.objects.filter(
        type=CONSULTATION, state__in=ANSWERED, fields__expert__in=[one.pk for one in experts]
    )
    return dict(answered.order_by().values_list("fields__expert").annotate(Count("id")))
