"""Facts about persons from any department brought into one form, column by column, so that they can be compared."""

import polars as pl

from lifang.blocks.registry import identity, sounds

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
    facts = facts.select("id", *(_clean(name).alias(name) for name in GIVEN))
    facts = _numbers(facts)
    facts = _births(facts)
    facts = _names(facts)
    facts = _homes(facts)
    return facts.select(
        "id", "name", "surname", "given", "sound", "sex", "birth", "number", "typed", "phone", "gate", "home"
    )  # fmt: skip


def _clean(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String).str.normalize("NFKC").str.replace_all(r"\s", "")
    match name:
        case "name":
            text = text.str.replace_all(r"[·•.]", "")
        case "number":
            text = text.str.to_uppercase().str.replace_all(r"[^0-9X]", "")
        case "phone":
            text = text.str.replace_all(r"\D", "").str.extract(MOBILE)
    return pl.when(text != "").then(text)


def _numbers(facts: pl.DataFrame) -> pl.DataFrame:
    typed = pl.col("number")
    old = typed.str.contains(r"^\d{15}$")
    body = pl.when(old).then(typed.str.slice(0, 6) + "19" + typed.str.slice(6)).otherwise(typed.str.slice(0, 17))
    facts = facts.with_columns(
        pl.when(body.str.contains(r"^\d{17}$")).then(body).alias("_body"), typed.alias("typed"), old.alias("_old")
    )
    total = sum(
        (pl.col("_body").str.slice(at, 1).cast(pl.UInt32) * by for at, by in enumerate(identity.WEIGHTS)), pl.lit(0)
    )
    check = pl.lit(identity.CHECKS).str.slice(total % 11, 1)
    born = pl.col("_body").str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    facts = facts.with_columns(check.alias("_check"), born.alias("_born"))
    right = pl.col("_born").is_not_null() & (pl.col("_old") | (pl.col("typed") == pl.col("_body") + pl.col("_check")))
    number = pl.when(right).then(pl.col("_body") + pl.col("_check"))
    male = number.str.slice(16, 1).cast(pl.Int8) % 2 == 1
    return facts.with_columns(
        number.alias("number"),
        pl.when(right).then(pl.col("_born")).alias("_born"),
        pl.coalesce(pl.when(male).then(pl.lit("男")).when(~male).then(pl.lit("女")), pl.col("sex")).alias("sex"),
    )


def _births(facts: pl.DataFrame) -> pl.DataFrame:
    written = pl.col("birth").str.replace_all(r"\D+", "-").str.strip_chars("-")
    days = (written.str.to_date(form, strict=False) for form in ("%Y%m%d", "%Y-%m-%d"))
    return facts.with_columns(pl.coalesce("_born", *days).alias("birth"))


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
    address = pl.col("address").str.replace(ABOVE, "")
    gate = address.str.extract(ROAD) + address.str.extract(GATE)
    flat = pl.concat_str([address.str.extract(FLAT, group) for group in (1, 2, 3)], separator="-")
    return facts.with_columns(gate.alias("gate"), (gate + "-" + flat).alias("home"))
