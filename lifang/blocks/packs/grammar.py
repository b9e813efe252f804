"""The form of each pack file: which fields it has and what each may hold."""

from datetime import date, time
from types import MappingProxyType
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.packs import shapes, words
from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.reading import (
    BAD,
    Kind,
    Node,
    Reader,
    choice,
    day,
    listing,
    mapping_of,
    moment,
    number,
    optional,
    pattern,
    record,
    table,
    text,
    truth,
)
from lifang.ground.clock import Limit, Unit

EMPTY: MappingProxyType[str, Any] = MappingProxyType({})
name = pattern(r"[a-z][a-z0-9_]*", lazy("小写英文名，如 urban_management"))
dotted = pattern(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", lazy("带点的英文名，如 event.dispatch"))
stop = pattern(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?", lazy("动作，或动作.条件，如 contact.reached"))
path_name = pattern(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", lazy("英文名，如 grid.households_max"))
area_code = pattern(r"[0-9]{12}", lazy("十二位统计区划代码，如 360100000000"))
category_code = pattern(r"[0-9]{5}", lazy("五位事项代码，如 06010"))
major_code = pattern(r"[0-9]{2}", lazy("两位大类代码，如 06"))
year = pattern(r"20[0-9]{2}", lazy("年份，如 2027"))
names = optional(listing(name), ())
wording = optional(text, "")

citation = record(shapes.Citation, document=text, clause=optional(text, ""))


LONGEST = 3650
GIVEN = shapes.GIVEN


def _limit(amount: float, unit: str, at: Where) -> Limit:
    if amount <= 0:
        raise ValueError(_("时限须大于 0，这里是 %(n)s") % {"n": amount})
    if amount > LONGEST:
        raise ValueError(_("时限不能超过 %(most)s，这里是 %(n)s") % {"most": LONGEST, "n": amount})
    if unit.endswith("days") and amount != int(amount):
        raise ValueError(_("按天计的时限须为整数，这里是 %(n)s") % {"n": amount})
    return Limit(amount, Unit(unit))


limit = record(_limit, amount=number, unit=choice(lazy("时限单位"), [unit.value for unit in Unit]))
_urgent_limits = table(limit, choice(lazy("紧急程度"), words.URGENCIES))


def limits(node: Node, reader: Reader) -> Any:
    """One limit for all, or one for each urgency."""
    if isinstance(node, yaml.MappingNode) and set(mapping_of(node)) & set(words.URGENCIES):
        by_urgency = _urgent_limits(node, reader)
        if by_urgency is not BAD and "ordinary" not in by_urgency:
            return reader.bad(node, _("按紧急程度列时限时，须有 ordinary（一般）"))
        return by_urgency if by_urgency is BAD else shapes.Limits(by_urgency)
    value = limit(node, reader)
    return value if value is BAD else shapes.Limits(MappingProxyType({"": value}))


_citations = table(citation, day)


def _source(node: Node, reader: Reader) -> Any:
    """One citation for every date, or a citation for each date."""
    return citation(node, reader) if "document" in mapping_of(node) else _citations(node, reader)


def _dated(values: Any, source: Any, at: Where, **rest: Any) -> shapes.Dated:
    if not values:
        raise ValueError(_("values 里至少要有一个日期"))
    if list(values) != sorted(values):
        raise ValueError(_("values 里的日期须从早到晚排列"))
    if isinstance(source, shapes.Citation):
        source = dict.fromkeys(values, source)
    if set(source) != set(values):
        raise ValueError(_("source 按日期列时，日期须与 values 一致"))
    steps = tuple(shapes.Step(since, value, source[since]) for since, value in values.items())
    return shapes.Dated(steps, at=at, **rest)


def dated(kind: Kind) -> Kind:
    """Values by their first day, oldest first, with their source."""
    return record(_dated, values=table(kind, day), source=_source)


owner = record(
    shapes.Owner,
    unit=name,
    level=choice(lazy("层级"), words.LEVELS),
    joins=names,
)

head = record(
    shapes.Head,
    name=name,
    title=text,
    area=area_code,
    extends=optional(name, ""),
    languages=listing(text, empty=False),
    since=day,
    coverage=listing(
        record(
            shapes.Coverage,
            subject=text,
            state=choice(lazy("覆盖程度"), words.COVERED),
            since=optional(day),
            checked=wording,
            note=wording,
        ),
        empty=False,
    ),
)

sources = table(
    record(
        shapes.Source,
        title=text,
        status=choice(lazy("依据状态"), words.STATUSES),
        number=wording,
        issuer=wording,
        issued=optional(day),
        since=optional(day),
        until=optional(day),
        url=wording,
        note=wording,
        carries_out=optional(name, ""),
    ),
    name,
)

titled = record(shapes.Titled, title=text, note=wording)
units = table(titled, name)
functions = table(titled, dotted)
effects = table(titled, path_name)
roles = table(
    record(
        shapes.Role,
        title=text,
        functions=listing(dotted),
        unit_bound=optional(truth, default=False),
        level=optional(choice(lazy("层级"), (*words.LEVELS, "grid"))),
        note=wording,
    ),
    name,
)


def hours(node: Node, reader: Reader) -> Any:
    """Spells of a working day: [08:30-12:00, 14:00-17:30]."""
    spells = listing(
        pattern(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]", lazy("时段，如 08:30-12:00")),
        empty=False,
    )(node, reader)
    if spells is BAD:
        return BAD
    edges = [time.fromisoformat(edge) for spell in spells for edge in spell.split("-")]
    if any(a >= b for a, b in zip(edges, edges[1:], strict=False)):
        return reader.bad(node, _("工作时段须先后排列，不能相接或重叠"))
    return tuple(zip(edges[::2], edges[1::2], strict=True))


calendar = record(
    shapes.CalendarFile,
    hours=optional(dated(hours)),
    years=optional(
        table(
            record(shapes.Year, source=citation, holidays=listing(day), workdays=listing(day)),
            year,
        ),
        EMPTY,
    ),
    days=optional(table(record(shapes.OddDay, work=truth, reason=text, source=citation), day), EMPTY),
    note=wording,
)


def _plain(node: Node, reader: Reader) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return listing(_plain)(node, reader)
    kinds = {"int": number, "float": number, "bool": truth}
    return kinds.get(node.tag.rsplit(":", 1)[-1], text)(node, reader)


values = table(
    record(_dated, values=table(_plain, day), source=_source, title=text, unit=wording),
    path_name,
)

category = record(
    shapes.CategoryEntry,
    since=day,
    until=optional(day),
    source=citation,
    title=optional(text),
    major=optional(major_code),
    kind=optional(choice(lazy("类型"), words.KINDS)),
    keywords=optional(listing(text, empty=False)),
    urgency=optional(choice(lazy("紧急程度"), words.URGENCIES)),
    filing=optional(text),
    closing=optional(text),
    power=optional(choice(lazy("社区权限"), words.POWERS)),
    owner=optional(dated(owner)),
    limits=optional(table(dated(limits), choice(lazy("时限环节"), words.LIMITS)), EMPTY),
    note=optional(text),
)

events = record(
    shapes.EventsFile,
    urgencies=optional(table(text, choice(lazy("紧急程度"), words.URGENCIES)), EMPTY),
    majors=optional(table(text, major_code), EMPTY),
    defaults=optional(table(dated(limits), choice(lazy("时限环节"), words.LIMITS)), EMPTY),
    categories=optional(table(category, category_code), EMPTY),
)


def from_states(node: Node, reader: Reader) -> Any:
    """A list of states, or the word "open" for every state that is not final."""
    if isinstance(node, yaml.ScalarNode):
        return choice(lazy("起始状态"), ["open"])(node, reader)
    return listing(name, empty=False)(node, reader)


transition = record(
    lambda from_, **rest: shapes.Transition(states=from_, **rest),
    from_=from_states,
    act=name,
    title=text,
    to=name,
    by=dotted,
    needs=names,
    takes=names,
    when=names,
    unless=names,
    sets=names,
    clears=names,
    effects=optional(listing(path_name), ()),
    tells=optional(listing(choice(lazy("告知对象"), words.TOLD)), ()),
    confirm=optional(truth, default=False),
    apart=optional(truth, default=False),
)

_category_limit = pattern(r"category\.[a-z]+", lazy("category.<环节>,如 category.handle"))


def clock_limit(node: Node, reader: Reader) -> Any:
    """``category.<step>``, read as the name of the step; ``given``, set by the opening act; or a dated limit."""
    if not isinstance(node, yaml.ScalarNode):
        return dated(limits)(node, reader)
    if node.value == GIVEN:
        return GIVEN
    value = _category_limit(node, reader)
    if value is BAD:
        return BAD
    step = value.removeprefix("category.")
    known = choice(lazy("时限环节"), words.LIMITS)
    return known(yaml.ScalarNode("tag:yaml.org,2002:str", step, node.start_mark, node.end_mark), reader)


def _case_type(case: str, from_: date, **rest: Any) -> shapes.CaseType:
    return shapes.CaseType(name=case, since=from_, **rest)


case_type = record(
    _case_type,
    case=name,
    title=text,
    from_=day,
    source=citation,
    initial=name,
    opening=optional(text, ""),
    grids=optional(truth, default=True),
    inputs=table(
        record(
            shapes.Input,
            title=text,
            kind=choice(lazy("填写项类型"), words.INPUTS),
            options=optional(table(text, name), EMPTY),
        ),
        name,
    ),
    states=table(
        record(
            shapes.State,
            title=text,
            told=wording,
            final=optional(truth, default=False),
            ends=optional(record(shapes.Ends, on=name, act=name)),
        ),
        name,
    ),
    transitions=listing(transition, empty=False),
    clocks=optional(
        listing(
            record(
                shapes.Clock,
                name=name,
                title=text,
                runs_in=listing(name, empty=False),
                pauses_in=names,
                limit=clock_limit,
                extends=optional(name, ""),
                restarts_on=names,
                stops_on=optional(listing(stop), ()),
                counts=optional(choice(lazy("计时方式"), ("single", "cumulative")), "cumulative"),
                voiced=optional(truth, default=False),
                rule=optional(dotted, ""),
            )
        ),
        (),
    ),
    public_acts=names,
)

indicators = record(
    shapes.IndicatorsFile,
    measures=optional(table(titled, name), EMPTY),
    indicators=optional(
        table(
            record(
                shapes.Indicator,
                title=text,
                unit=choice(lazy("指标单位"), words.INDICATOR_UNITS),
                numerator=name,
                denominator=optional(name, ""),
                formula=text,
                fair=optional(truth, default=False),
                since=day,
                source=citation,
                note=wording,
            ),
            name,
        ),
        EMPTY,
    ),
    exclusions=optional(
        table(
            record(
                shapes.Exclusion,
                title=text,
                rule=text,
                proof=text,
                reviewer=dotted,
                since=day,
                source=citation,
            ),
            name,
        ),
        EMPTY,
    ),
)


def _stretch(node: Node, reader: Reader) -> Any:
    ends = listing(moment)(node, reader)
    if ends is BAD or len(ends) == 2:
        return ends
    return reader.bad(node, _("停表时段须写成 [开始, 结束]"))


situations = listing(
    record(
        shapes.Situation,
        situation=text,
        place=area_code,
        category=category_code,
        urgency=optional(choice(lazy("紧急程度"), words.URGENCIES), ""),
        limit=choice(lazy("时限环节"), words.LIMITS),
        start=moment,
        pauses=optional(listing(_stretch), ()),
        until=optional(moment),
        expect=record(
            shapes.Expected,
            due=optional(moment),
            limit=optional(limit),
            owner=wording,
            level=wording,
            document=wording,
            used=wording,
        ),
    ),
    empty=False,
)
