"""What an address means: two that mean one home are no conflict, however departments write them."""

import re

from lifang.blocks.registry.models import Record

BLANKS = r"\s"
# Of what stands behind the gate: entrance, building, and the end.
SAME = ((r"(\d)(?:单元|门)-*", r"\1-"), (r"(\d)(?:幢|号楼|座)", r"\1栋"), (r"(\d)(?:室|户|号)$", r"\1"))


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
    """The same in SQL, of the alias of a record and an expression for its address."""
    text, gate = f"regexp_replace({address}, '{BLANKS}', '', 'g')", f"{record}.gate || '号'"
    same = f"substr({text}, strpos({text}, {gate}))"
    for pattern, instead in SAME:
        same = f"regexp_replace({same}, '{pattern}', '{instead}', 'g')"
    return f"coalesce({record}.home, CASE WHEN strpos({text}, {gate}) > 0 THEN {same} ELSE {address} END)"
