"""The workbook of an export: who it was made for stands above the rows and at the head and foot of every page."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.lists.models import Showing
from lifang.blocks.packs import service as packs
from lifang.blocks.privacy import consenting
from lifang.blocks.privacy.models import Consent
from lifang.blocks.registry import facts, winning
from lifang.blocks.registry.children import SHELTERED, hidden
from lifang.blocks.registry.days import age
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.pages.persons import SEXES, place_name, places_of
from lifang.blocks.registry.queries import BELIEVED, rulings_of
from lifang.blocks.registry.showing import Speller
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Holdings, Range
from lifang.ground.files import written
from lifang.ground.files.written import Mark

SHOWN = ("number", "phone", "address")
WIDTHS = (6, 12, 6, 6, 14, 22, 16, 26, 40)
BATCH = 500


def workbook(showing: Showing, persons: Sequence[Person], whole: Sequence[Range], mine: Holdings) -> bytes:
    """`whole` are the places whose numbers and telephones are written in full; of children only to who may see theirs."""
    elements = packs.elements(settings.CONFIG.area)
    heads = [
        _("序号"),
        _("姓名"),
        _("性别"),
        _("年龄"),
        _("出生日期"),
        *(elements[name].title for name in ("number", "phone")),
    ]
    heads += [_("社区和网格"), elements["address"].title]
    by = showing.by.name or showing.by.username
    mark = Mark(by, timezone.localtime(showing.at), showing.serial, showing.purpose, showing.reason)
    rows = ([str(at), *cells] for at, cells in enumerate(_rows(persons, whole, mine), 1))
    return written.workbook(rows, WIDTHS, title=_("居民名单"), heads=heads, mark=mark)


def _rows(persons: Sequence[Person], whole: Sequence[Range], mine: Holdings) -> Iterator[list[str]]:
    elements, day = packs.elements(settings.CONFIG.area), today()
    asked = {name: elements[name] for name in SHOWN}
    speller = Speller(elements, settings.CONFIG.area, {})
    clear = set(
        Person.objects.filter(in_places("area", whole), pk__in=[p.pk for p in persons]).values_list("pk", flat=True)
    )
    lacking = consenting.lacking(settings.CONFIG.area, Consent.Use.EXPORT)
    kept = set(Person.objects.filter(lacking, pk__in=[p.pk for p in persons]).values_list("pk", flat=True))
    for start in range(0, len(persons), BATCH):
        batch = persons[start : start + BATCH]
        places = places_of(batch, None, Holdings(0), day)
        records: dict[int, list[Record]] = {}
        for record in Record.objects.filter(BELIEVED, person__in=[p.pk for p in batch]).select_related("system"):
            records.setdefault(record.person_id, []).append(record)
        rulings = rulings_of(records)
        for person in batch:
            said = records.get(person.pk, [])
            won = winning.winners(
                (winning.said(record, facts.readable(record.sealed) or {}) for record in said), asked,
                winning.upheld(rulings.get(person.pk, ()), said),
            )  # fmt: skip
            child = hidden(person, mine, day) or person.pk in kept
            spell = speller.words if person.pk in clear and not child else speller.masked
            years = age(person.birth, person.died_on or day)
            yield [
                person.name, str(SEXES.get(person.sex, "")), "" if years is None else str(years),
                person.birth.isoformat() if person.birth else "",
                *(spell(name, won[name].word.value) if name in won and person.pk not in kept else "" for name in ("number", "phone")),
                place_name(person.area, places), str(SHELTERED) if child else won["address"].word.value if "address" in won else "",
            ]  # fmt: skip
