"""The form of elements.yaml, codes/*.yaml and care_lists.yaml."""

from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.packs import shapes, words
from lifang.blocks.packs.grammar import EMPTY, citation, dated, dotted, name, names, wording
from lifang.blocks.packs.reading import choice, day, listing, number, optional, pattern, record, table, text, whole

code = pattern(r"[0-9A-Za-z]{1,8}", lazy("代码，如 01"))
code_list = record(
    shapes.CodeList,
    codes=name,
    title=text,
    standard=wording,
    since=day,
    source=citation,
    values=table(text, code),
    own=optional(table(text, code), EMPTY),
    also=optional(table(code, text), EMPTY),
)
elements = table(
    record(
        shapes.Element,
        title=text,
        meaning=wording,
        kind=choice(lazy("数据元类型"), words.ELEMENTS),
        codes=optional(name, ""),
        standard=wording,
        sensitivity=choice(lazy("敏感程度"), words.SENSITIVITIES),
        home=optional(name, ""),
        wins=names,
        owner=optional(name, ""),
        refresh_days=optional(number),
        headers=optional(listing(text), ()),
        since=day,
        source=citation,
    ),
    name,
)
condition = record(
    lambda from_, to, **rest: shapes.Condition(first=from_, last=to, **rest),
    what=choice(lazy("条件"), words.CONDITIONS),
    from_=optional(whole),
    to=optional(whole),
    least=optional(whole),
    most=optional(whole),
    element=optional(name, ""),
    values=optional(listing(text), ()),
)
care_lists = table(
    record(
        shapes.CareList,
        title=text,
        meaning=wording,
        see=dotted,
        review_days=whole,
        rule=optional(dated(listing(condition, empty=False))),
        since=day,
        source=citation,
    ),
    name,
)
