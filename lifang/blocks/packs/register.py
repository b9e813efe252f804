"""The form of elements.yaml and codes/*.yaml."""

from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.packs import shapes, words
from lifang.blocks.packs.grammar import EMPTY, citation, name, names, wording
from lifang.blocks.packs.reading import choice, day, listing, number, optional, pattern, record, table, text

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
