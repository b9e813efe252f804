"""What somebody typed to find a person, as conditions: the closest kind of answer first."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

import polars as pl
from django.db.models import Exists, OuterRef, Q

from lifang.blocks.registry.comparable import GIVEN, comparable
from lifang.blocks.registry.keys import LAST, Kind, hashed
from lifang.blocks.registry.models import Record
from lifang.blocks.registry.standing import BELIEVED_NOW as BELIEVED
from lifang.ground.access.queries import among
from lifang.ground.access.ranges import day_in
from lifang.ground.access.vault import phone_digits

NUMBER = re.compile(r"\d{17}[\dX]|\d{15}")
PHONE = re.compile(r"1\d{10}")
END = re.compile(rf"\d{{{LAST - 1}}}[\dX]")
DIGITS = re.compile(r"\d{5,18}[\dX]?")
INITIALS = re.compile(r"[A-Za-z]+")
NAME = re.compile(r"(?!.*(?:[路街巷道号栋幢座室楼门区市县省镇乡村苑园]|单元|社区)$)[\u4e00-\u9fff·]{1,6}")
SHORT = re.compile(r"(?<=[路街巷道])(\d+)(?:-|$)")
BUILDING = re.compile(r"(\d+)(?:栋|幢|号楼|座)|(?<=号)(\d+)(?:-|$)")
UNFINISHED = re.compile(r"(?:[路街巷道栋幢座楼门-]|单元)$")
ABOVE_LETTERS = "{"
"""The character after z: words that begin with «zj» lie from «zj» to «zj{»."""


class Tier(NamedTuple):
    """A kind of answer. `parts` asks for a part of a word, which no index of names serves, so that it is asked within
    streets and smaller places only; `loose` ones are what may have been meant, asked only where nothing else was found."""

    which: Q
    parts: bool = False
    loose: bool = False


class Sought(NamedTuple):
    """What was typed: of which kind (for the trail, which never keeps the words), and the answers, the closest first."""

    kind: str
    tiers: Sequence[Tier]

    @property
    def parts(self) -> bool:
        return any(tier.parts for tier in self.tiers)


def sought(words: str) -> Sought:
    """What the words may be: an identity number, its end or a telephone's, a home, initials, a name, or several of these."""
    words = unicodedata.normalize("NFKC", words)
    run = re.sub(r"\s", "", words)
    number, phone = run.upper().replace("-", ""), phone_digits(run)
    if not run:
        return Sought("", [Tier(Q())])
    if NUMBER.fullmatch(number):
        return Sought("number", [Tier(_numbered(number)), Tier(_nearly_numbered(number), loose=True)])
    if PHONE.fullmatch(phone):
        return Sought("phone", [Tier(_with_key({Kind.PHONE: phone})), Tier(_ending(phone), loose=True)])
    if END.fullmatch(number):
        return Sought("end", [Tier(_with_key({kind: number})) for kind in (Kind.NUMBER_END, Kind.PHONE_END)])
    if DIGITS.fullmatch(number):
        return Sought("end", [Tier(_ending(number), loose=True)])
    if mixed := _mixed(re.split(r"[\s,、;]+", words.strip())):
        return mixed
    if homes := _at(words):
        begun = _along(run)
        return Sought("address", [*map(Tier, homes), *([Tier(begun, parts=True)] if begun else [])])
    if INITIALS.fullmatch(run):
        letters = run.lower()
        begun = Q(initials__gte=letters, initials__lt=letters + ABOVE_LETTERS)
        return Sought("initials", [Tier(Q(initials=letters) | Q(name=words.strip())), Tier(begun, parts=True)])
    name = re.sub(r"[•.]", "·", run)
    tiers = [Tier(Q(name=name)), Tier(Q(name__contains=name), parts=True)]
    if road := _along(run):
        tiers.append(Tier(road, parts=True))
    return Sought("name", [*tiers, *_like_a_name(name)])


def _numbered(number: str) -> Q:
    found = _compared(number=number)["number"]
    return _with_key({Kind.NUMBER: found, Kind.TYPED: number} if found else {Kind.TYPED: number})


def _nearly_numbered(number: str) -> Q:
    """The same end, and of eighteen characters the same day of birth: one of the others was mistyped."""
    birth = day_in(f"{number[6:10]}-{number[10:12]}-{number[12:14]}") if len(number) == 18 else None
    return _ending(number) & (Q(birth=birth) if birth else Q())


def _ending(number: str) -> Q:
    return _with_key(dict.fromkeys((Kind.NUMBER_END, Kind.PHONE_END), number[-LAST:]))


def _at(address: str) -> list[Q]:
    """Who lives in the home that an address names and whom a record places there, then the building's, then the gate's."""
    named = addressed(address)
    if not named.gate:
        return []
    of_gate = _of_records(gate=named.gate)
    found = []
    if named.home:
        of_home = _of_records(home=named.home)
        found += [of_home & Q(home=named.home), of_home]
    if named.building:
        found.append(of_gate & Q(home__startswith=f"{named.building}-"))
    return [*found, of_gate & Q(home__startswith=f"{named.gate}-"), of_gate]


class Address(NamedTuple):
    """What words name of an address, "" what they do not: «长春路12», «长春路12-3» and «长春路12-3-2-501»."""

    gate: str
    building: str
    home: str


def addressed(words: str) -> Address:
    """The parts of an address in any spelling, also in the short one in which homes are shown («长春路12-3-2-501»)."""
    words = SHORT.sub(r"\1号", re.sub(r"\s", "", unicodedata.normalize("NFKC", words)))
    found = _compared(address=words)
    gate, home, number = found["gate"] or "", found["home"] or "", BUILDING.search(words)
    building = home.rsplit("-", 2)[0] if home else f"{gate}-{number[1] or number[2]}" if gate and number else ""
    return Address(gate, building, home)


def _along(address: str) -> Q | None:
    """Anywhere on the road that an address without a gate names, or at the gates whose number begins with its own."""
    gate = _compared(address=f"{address}1号")["gate"]
    if not gate or not address.endswith(gate[:-1]):
        return None
    return Q(
        Exists(Record.objects.filter(BELIEVED, person=OuterRef("pk"), gate__gte=gate[:-1], gate__lt=f"{gate[:-1]}:"))
    )


def _like_a_name(name: str) -> list[Tier]:
    """Names that sound the same, or of three characters and more differ in one."""
    found: list[Tier] = []
    if len(name) > 1 and (sound := _compared(name=name)["sound"]):
        spoken = Record.objects.filter(BELIEVED, person=OuterRef("pk"), sound=sound)
        letters = "".join(part[0] for part in sound.split())
        found.append(Tier(Q(Exists(spoken), initials=letters), loose=True))
    if len(name) > 2:
        forms = "|".join(f"{re.escape(name[:at])}.{re.escape(name[at + 1 :])}" for at in range(len(name)))
        found.append(Tier(Q(name__regex=f"^({forms})$"), parts=True, loose=True))
    return found


def _mixed(words: Sequence[str]) -> Sought | None:
    """A name with an address, a number's or telephone's end or initials; None where the words are one thing.

    A word between the parts of an address is no name: «永宁路 12 号 丽景湾 3 栋 2 单元 501 室».
    """
    within = any(map(NAME.fullmatch, words[1:-1])) and not any(map(NAME.fullmatch, (words[0], words[-1])))
    if within and addressed("".join(words)).home:
        return None
    names: list[str] = []
    keys: list[Q] = []
    letters: list[str] = []
    rest: list[str] = []
    for word in words:
        number, phone = word.upper(), phone_digits(word)
        if NAME.fullmatch(word):
            names.append(word)
        elif INITIALS.fullmatch(word):
            letters.append(word.lower())
        elif NUMBER.fullmatch(number):
            keys.append(_numbered(number))
        elif PHONE.fullmatch(phone):
            keys.append(_with_key({Kind.PHONE: phone}))
        elif END.fullmatch(number) and not (rest and UNFINISHED.search(rest[-1])):
            keys.append(_ending(number))
        else:
            rest.append(word)
    address = "".join(rest)
    road = _along(address) if rest else None
    places = [*_at(address), *([road] if road else [])]
    if (rest and not places) or sum(map(bool, (names, letters, keys, rest))) < 2:
        return None
    given = [*keys, *(Q(initials__gte=one, initials__lt=one + ABOVE_LETTERS) for one in letters)]
    name = "".join(names)
    told = Q(name__startswith=name) if len(name) == 1 else Q(name__contains=name)
    indexed = bool(keys) or bool(places and road is None)
    tiers = [Tier(reduce(and_, [*given, place, told]), parts=not indexed) for place in places or [Q()]]
    widest = reduce(and_, [*given, *places[-1:]], Q())
    return Sought("mixed", [*tiers, *(Tier(widest & tier.which, not indexed, True) for tier in _like_a_name(name))])


def _compared(**given: str) -> dict[str, Any]:
    row = {name: [given.get(name)] for name in GIVEN}
    return comparable(pl.DataFrame({"id": [0], **row}, schema_overrides=dict.fromkeys(GIVEN, pl.String))).row(
        0, named=True
    )


def _with_key(values: Mapping[Kind, str]) -> Q:
    """Persons of whom a record has any of these keys. Asked of records at once, for of two questions joined by «or»
    PostgreSQL answers neither from an index."""
    return _of_records(reduce(or_, (_key(kind, value) for kind, value in values.items())))


def _key(kind: Kind, value: str) -> Q:
    """What is whole is found among those of its end, with which it shares an index."""
    found = Q(**{kind.column: hashed(kind, value)})
    end = {Kind.NUMBER: Kind.NUMBER_END, Kind.PHONE: Kind.PHONE_END}.get(kind)
    return found & _key(end, value[-LAST:]) if end else found


def _of_records(*which: Q, **said: Any) -> Q:
    return among(Record.objects.filter(BELIEVED, *which, **said).values("person"))
