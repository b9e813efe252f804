"""How two records of residents are compared: five comparisons, each with its levels from likeness to difference.

The conditions are plain SQL, so that the same model is weighed by DuckDB, by Spark, and pair by pair for an explanation.
"""

from importlib import import_module
from typing import Any

Comparison = dict[str, Any]

# Of two records drawn by chance, how often they are one person's.
PRIOR = 1.5e-6


def _unknown(condition: str) -> dict[str, Any]:
    return {"sql_condition": condition, "label_for_charts": "unknown", "is_null_level": True}


def _level(condition: str, label: str, **more: Any) -> dict[str, Any]:
    return {"sql_condition": condition, "label_for_charts": label, **more}


def _by_chance(share: float) -> dict[str, Any]:
    """The share of strangers at a level that a sample is too small to show."""
    return {"u_probability": share, "fix_u_probability": True}


OTHER = _level("ELSE", "other")
SAME_PLACE_IN_GIVEN = "(substr(given_l, 1, 1) = substr(given_r, 1, 1) OR substr(given_l, 2, 1) = substr(given_r, 2, 1))"
NEW_YEAR = "((month(birth_l) = 1 AND day(birth_l) = 1) OR (month(birth_r) = 1 AND day(birth_r) = 1))"
PARTS_ALIKE = " + ".join(
    f"CASE WHEN {part}(birth_l) = {part}(birth_r) THEN 1 ELSE 0 END" for part in ("year", "month", "day")
)

NAME: Comparison = {
    "output_column_name": "name",
    "comparison_levels": [
        _unknown("name_l IS NULL OR name_r IS NULL"),
        _level("name_l = name_r", "same", tf_adjustment_column="name", tf_adjustment_weight=1.0),
        _level("sound_l = sound_r", "same sound"),
        _level(
            "surname_l = surname_r AND length(given_l) = length(given_r) AND length(given_l) > 1"
            f" AND {SAME_PLACE_IN_GIVEN}",
            "one character differs",
        ),
        _level("surname_l = surname_r", "same surname"),
        OTHER,
    ],
}
BIRTH: Comparison = {
    "output_column_name": "birth",
    "comparison_levels": [
        _unknown("birth_l IS NULL OR birth_r IS NULL"),
        _level("birth_l = birth_r", "same day"),
        _level(f"year(birth_l) = year(birth_r) AND {NEW_YEAR}", "same year, one on 1 January"),
        _level("abs(datediff('day', birth_l, birth_r)) BETWEEN 15 AND 55", "a month apart, as in the old calendar"),
        _level(f"({PARTS_ALIKE}) = 2", "one part differs"),
        OTHER,
    ],
}
NUMBER: Comparison = {
    "output_column_name": "number",
    "comparison_levels": [
        _unknown("typed_l IS NULL OR typed_r IS NULL"),
        _level("number_l = number_r", "same"),
        _level("number_l IS NOT NULL AND number_r IS NOT NULL", "two right numbers that differ"),
        _level(
            "levenshtein(typed_l, typed_r) <= 2"
            " OR levenshtein(coalesce(number_l, typed_l), coalesce(number_r, typed_r)) <= 2",
            "one or two digits differ",
            **_by_chance(2e-6),
        ),
        OTHER,
    ],
}
# A telephone and a home are shared by the same people, so that together they say little more than one of them.
HOUSEHOLD: Comparison = {
    "output_column_name": "household",
    "comparison_levels": [
        _unknown("(phone_l IS NULL OR phone_r IS NULL) AND (gate_l IS NULL OR gate_r IS NULL)"),
        _level("phone_l = phone_r AND home_l = home_r", "same phone and home", **_by_chance(1e-6)),
        _level("home_l = home_r", "same home", **_by_chance(4e-6)),
        _level("phone_l = phone_r", "same phone", **_by_chance(4e-6)),
        _level("gate_l = gate_r", "same gate"),
        OTHER,
    ],
}
SEX: Comparison = {
    "output_column_name": "sex",
    "comparison_levels": [
        _unknown("sex_l IS NULL OR sex_r IS NULL"),
        _level("sex_l = sex_r", "same"),
        OTHER,
    ],
}
COMPARISONS = (NAME, BIRTH, NUMBER, HOUSEHOLD, SEX)
# Which pairs are looked at at all: those that share one of these.
BLOCKS = (
    "l.number = r.number",
    "l.name = r.name AND l.birth = r.birth",
    "l.phone = r.phone AND l.surname = r.surname",
    "l.home = r.home AND l.surname = r.surname",
    "l.typed = r.typed",
    "l.sound = r.sound AND l.gate = r.gate",
    "l.birth = r.birth AND l.gate = r.gate",
    "l.birth = r.birth AND l.sound = r.sound",
    "l.name = r.name AND l.phone = r.phone",
    "l.name = r.name AND substr(l.typed, 1, 12) = substr(r.typed, 1, 12)",
)
# Pairs from which the weights are learned; each leaves out the comparisons that it names.
LESSONS = (
    "l.name = r.name AND l.birth = r.birth",
    "l.number = r.number",
    "l.phone = r.phone AND l.surname = r.surname",
)


def settings() -> Any:
    return import_module("splink").SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=list(COMPARISONS),
        blocking_rules_to_generate_predictions=[{"blocking_rule": rule} for rule in BLOCKS],
        probability_two_random_records_match=PRIOR,
        em_convergence=0.001,
        retain_matching_columns=False,
    )
