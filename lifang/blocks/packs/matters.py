"""The form of matters/*.yaml, and what must fit together there."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.packs import shapes, words
from lifang.blocks.packs.grammar import EMPTY, citation, name, wording
from lifang.blocks.packs.problems import Problem, missing, unknown
from lifang.blocks.packs.reading import choice, day, listing, optional, record, table, text, whole
from lifang.blocks.packs.shapes import Catalogue, Matter, Pack

matter = record(
    lambda class_, **rest: shapes.Matter(class_=class_, **rest),
    title=text,
    class_=choice(lazy("事项类别"), words.CLASSES),
    task=optional(choice(lazy("行政任务种类"), words.TASKS), ""),
    owner=optional(name, ""),
    level=optional(choice(lazy("层级"), words.LEVELS), ""),
    fund=optional(name, ""),
    power=wording,
    period=optional(choice(lazy("频次"), words.PERIODS), "needed"),
    sends=optional(listing(choice(lazy("下达方式"), words.SENDINGS)), ()),
    guide=wording,
    source=citation,
)
former = record(
    shapes.Former,
    title=text,
    fate=choice(lazy("去向"), words.FATES),
    into=optional(name, ""),
)
catalogue = record(
    lambda from_, **rest: shapes.Catalogue(since=from_, **rest),
    catalogue=name,
    title=text,
    from_=day,
    until=optional(day),
    source=citation,
    stated=optional(table(whole, choice(lazy("事项类别"), words.CLASSES)), EMPTY),
    matters=optional(table(matter, name), EMPTY),
    former_stated=optional(whole),
    former=optional(table(former, name), EMPTY),
)


def in_force(line: Iterable[Pack], on: date) -> list[tuple[str, Catalogue]]:
    """The catalogues that hold on a day, nearest pack first: of each pack and name the last that has begun."""
    found = []
    for pack in line:
        last: dict[str, Catalogue] = {}
        for one in sorted(pack.catalogues, key=lambda one: one.since):
            if one.since <= on:
                last[one.catalogue] = one
        found += [(pack.name, one) for one in last.values() if one.until is None or on <= one.until]
    return found


def standing(line: Iterable[Pack], on: date) -> dict[str, tuple[str, Catalogue, Matter]]:
    """The matters that hold on a day by name, each with its pack and catalogue; the nearest pack's word counts."""
    found: dict[str, tuple[str, Catalogue, Matter]] = {}
    for pack, one in in_force(line, on):
        for name_, matter_ in one.matters.items():
            found.setdefault(name_, (pack, one, matter_))
    return found


def check(pack: Pack, line: list[Pack], units: Collection[str]) -> Iterator[Problem]:
    versions: set[tuple[str, date]] = set()
    for one in pack.catalogues:
        if (one.catalogue, one.since) in versions:
            yield Problem(
                one.at, _("清单「%(name)s」自 %(day)s 起的版本重复") % {"name": one.catalogue, "day": one.since}
            )
        versions.add((one.catalogue, one.since))
        for class_, stated in one.stated.items():
            if (loaded := one.loaded(class_)) not in (0, stated):
                yield Problem(
                    one.at,
                    _("依据写明 %(class)s 类 %(stated)s 项，这里写了 %(loaded)s 项")
                    % {"class": class_, "stated": stated, "loaded": loaded},
                )
        for matter_ in one.matters.values():
            yield from missing(matter_.at, _("部门类型"), filter(None, [matter_.owner, matter_.fund]), units)
            if matter_.class_ != "law" and matter_.owner == "community_committee":
                yield Problem(matter_.at, _("居民委员会不能作为责任部门：社区可协助，不承担部门职责"))
            if matter_.class_ in ("government", "refuse") and matter_.sends:
                yield Problem(matter_.at, _("%(class)s 类事项不得下达给社区，不写 sends") % {"class": matter_.class_})
        yield from _former(one)
        yield from _one_class(one, standing(line, one.since))


def _former(one: Catalogue) -> Iterator[Problem]:
    if one.former and one.former_stated not in (None, len(one.former)):
        yield Problem(
            one.at,
            _("原有事项写明 %(stated)s 项，这里交代了 %(listed)s 项的去向")
            % {"stated": one.former_stated, "listed": len(one.former)},
        )
    for old in one.former.values():
        if (old.fate == "removed") == bool(old.into):
            yield Problem(old.at, _("保留或合并的要写 into，取消的不写"))
        elif old.into and old.into not in one.matters:
            yield Problem(old.at, unknown(_("事项"), old.into, one.matters))


def _one_class(one: Catalogue, there: Mapping[str, tuple[str, Catalogue, Matter]]) -> Iterator[Problem]:
    """Every matter has exactly one class, whatever catalogues it stands in."""
    by_title: dict[str, set[str]] = defaultdict(set)
    for _pack, _one, matter_ in there.values():
        by_title[matter_.title].add(matter_.class_)
    for matter_ in one.matters.values():
        if len(classes := by_title[matter_.title]) > 1:
            yield Problem(
                matter_.at,
                _("「%(title)s」同时列在 %(classes)s 类，一个事项只能属于一类")
                % {"title": matter_.title, "classes": "、".join(sorted(classes))},
            )


def cited(pack: Pack) -> Iterator[tuple[date, Any]]:
    for one in pack.catalogues:
        yield one.since, one.source
        yield from ((one.since, matter_.source) for matter_ in one.matters.values())
