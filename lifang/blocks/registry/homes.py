"""What an address means: two that mean one home are no conflict, however departments write them."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from lifang.blocks.registry.models import Record

BLANKS = r"\s"
# Of what stands behind the gate: entrance, building, and the end.
SAME = ((r"(\d)(?:单元|门)-*", r"\1-"), (r"(\d)(?:幢|号楼|座)", r"\1栋"), (r"(\d)(?:室|户|号)$", r"\1"))

# The city and the district or county before the road, each or neither: not that of a region, nor a 社区, a 小区 or a 园区.
WITHIN = (
    "^(?:[^市县]*(?:省|自治[区州]|地区|盟))?(?:([^省市区县]{2,}市)*)([^省市区县]*[^省市区县治小社园]区|[^省市区县]+县)?"
)


def one_home(one: Record, other: Record) -> bool:
    """Whether their addresses mean one home: what only one of them names of city and district keeps nothing apart."""
    named = zip(within(one), within(other), strict=True)
    return meant(one) == meant(other) and all(a == b or not a or not b for a, b in named)


def meanings(records: Iterable[Record]) -> Callable[[Record], str | None]:
    """What the address of each of these means, with city or district where they name several for the same road and gate."""
    named = defaultdict[str | None, tuple[set[str], set[str]]](lambda: (set(), set()))
    for record in records:
        for names, name in zip(named[meant(record)], within(record), strict=True):
            names.update([name] if name else [])

    def told(record: Record) -> str | None:
        home = meant(record)
        apart = [name for names, name in zip(named[home], within(record), strict=True) if name and len(names) > 1]
        return home and "".join([*apart, home])

    return told


def within(record: Record) -> tuple[str | None, str | None]:
    """City and district that an address without a flat names before its road; a home is one wherever it is said to lie."""
    address = record.facts.get("address")
    if record.home or not record.gate or not address:
        return None, None
    before = re.sub(BLANKS, "", address).partition(f"{record.gate}号")[0]
    city, district = re.match(WITHIN, before).groups()  # type: ignore[union-attr]
    return city, district


def meant(record: Record) -> str | None:
    """The home; else the address from its road and gate on in one way of writing; as it stands where these are unknown."""
    address = record.facts.get("address")
    if record.home or not address:
        return record.home
    text, gate = re.sub(BLANKS, "", address), f"{record.gate}号"
    if not record.gate or gate not in text:
        return str(address)
    text = text[text.index(gate) :]
    for pattern, instead in SAME:
        text = re.sub(pattern, instead, text)
    return text


def meaning(record: str, address: str) -> str:
    """`meant` in SQL, of the alias of a record and an expression for its address."""
    text, gate = f"regexp_replace({address}, '{BLANKS}', '', 'g')", f"{record}.gate || '号'"
    same = f"substr({text}, strpos({text}, {gate}))"
    for pattern, instead in SAME:
        same = f"regexp_replace({same}, '{pattern}', '{instead}', 'g')"
    return f"coalesce({record}.home, CASE WHEN strpos({text}, {gate}) > 0 THEN {same} ELSE {address} END)"


def lying(record: str, address: str) -> str:
    """`within` in SQL, an array of two."""
    text = f"regexp_replace({address}, '{BLANKS}', '', 'g')"
    return f"CASE WHEN {record}.home IS NULL THEN regexp_match(split_part({text}, {record}.gate || '号', 1), '{WITHIN}') END"
