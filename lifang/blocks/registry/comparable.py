"""Facts about persons from any department brought into one form, column by column, so that they can be compared."""

import polars as pl

from lifang.blocks.registry import identity, sounds
from lifang.blocks.registry.days import dated
from lifang.blocks.registry.tidy import tidied

GIVEN = ("name", "sex", "birth", "number", "phone", "address")
LONGEST_NAME = 4
# The places above the street with which some departments begin an address and others do not.
ABOVE = r"^(?:\p{Han}{1,8}?(?:省|市|[^小社园]区|县|街道|镇|乡))+"
ROAD = r"^(\p{Han}{2,8}?(?:大道|路|街|巷|道))"
GATE = r"(?:路|街|巷|道)(\d+)号"
FLAT = r"(\d+)(?:栋|幢|号楼|座|-)(\d+)(?:单元|门|-)(\d+)"
MOBILE = r"(1\d{10})$"


def comparable(facts: pl.DataFrame) -> pl.DataFrame:
    """`id` and the text columns of GIVEN (missing ones empty or null) → what linkage compares, a row each:

    name, surname, given and sound (pinyin), sex, birth (a date), number (18 characters, only when it is right), typed
    (the number as it was written), phone (11 digits), gate («长春路12») and home («长春路12-3-2-501»); null where unknown.
    """
    return of_tidy(facts.with_columns(tidied(facts[name].cast(pl.String)) for name in GIVEN))


def of_tidy(facts: pl.DataFrame) -> pl.DataFrame:
    """The same of cells that are `tidied`."""
    facts = facts.select("id", *(_clean(name).alias(name) for name in GIVEN))
    facts = _numbers(facts)
    facts = _births(facts)
    facts = _names(facts)
    facts = _homes(facts)
    return facts.select(
        "id", "name", "surname", "given", "sound", "sex", "birth", "number", "typed", "phone", "gate", "home"
    )  # fmt: skip


def _clean(name: str) -> pl.Expr:
    text = pl.col(name)
    if name != "birth":
        text = text.str.replace_all(" ", "", literal=True)  # tidy text has no other blank
    match name:
        case "name":
            text = text.str.replace_all(r"[·•.]", "")
        case "number":
            text = text.str.to_uppercase().str.replace_all(r"[^0-9X]", "")
        case "phone":
            text = text.str.replace_all(r"\D", "").str.extract(MOBILE)
    return pl.when(text != "").then(text)


def _numbers(facts: pl.DataFrame) -> pl.DataFrame:
    facts = identity.numbered(facts.rename({"number": "typed"}))
    right = pl.col("born").is_not_null() & (pl.col("old") | (pl.col("typed") == pl.col("number")))
    facts = facts.with_columns(pl.when(right).then(name).alias(name) for name in ("number", "born"))
    male = pl.col("number").str.slice(16, 1).cast(pl.Int8) % 2 == 1
    by_number = pl.when(male).then(pl.lit("男")).when(~male).then(pl.lit("女"))
    return facts.with_columns(sex=pl.coalesce(by_number, "sex"))


def _births(facts: pl.DataFrame) -> pl.DataFrame:
    return dated(facts, "birth").with_columns(birth=pl.coalesce("born", "day"))


def _names(facts: pl.DataFrame) -> pl.DataFrame:
    places = range(LONGEST_NAME)
    facts = facts.with_columns(pl.col("name").str.slice(at, 1).alias(f"_at{at}") for at in places)
    found = set().union(*(facts[f"_at{at}"].unique().to_list() for at in places)) - {None}
    spoken = {one: sounds.table().get(one, one) for one in found}
    syllables = [pl.col(f"_at{at}").replace_strict(spoken, return_dtype=pl.String) for at in places]
    return facts.with_columns(
        pl.concat_str(syllables, separator=" ").str.strip_chars().alias("sound"),
        pl.col("name").str.slice(0, 1).alias("surname"),
        pl.col("name").str.slice(1).alias("given"),
    )


def _homes(facts: pl.DataFrame) -> pl.DataFrame:
    address, flat = pl.col("address"), pl.col("flat").struct
    facts = facts.with_columns(address=address.str.replace(ABOVE, ""))
    facts = facts.with_columns(
        gate=address.str.extract(ROAD) + address.str.extract(GATE), flat=address.str.extract_groups(FLAT)
    )
    return facts.with_columns(home=pl.concat_str("gate", *(flat.field(group) for group in "123"), separator="-"))
