"""A month of one community's forms, played: what stands in the sheets beside what the platform still asks.

The catalogue is made up (seed 168): 168 forms and 1,377 sendings a year, of which one month's are issued by the room of the
forms itself to a community of the demo city, after three months in which whatever was asked was answered. Assumed are

- periods: 3 weekly, 84 monthly, 42 quarterly, 6 half-yearly, 33 yearly; every month takes its share of the longer ones;
- shapes: 6 in 10 a sheet of 6 to 60 figures, 3 in 10 a roster of a care list with 6 to 16 columns, 1 in 10 a roster of homes;
- overlap: a figure is one of 120, an element one of 11, drawn by the law of Zipf, so that some are asked by most forms;
- what no register has is one column in eight, one of 400 questions drawn by the same law; who was asked it by an earlier form
  is not asked again until `forms.refresh_days`; answers are as old as if given on some day of the year before;
- without the platform every cell of a sheet is typed, or copied by hand, each time it is asked.
"""

from bench import serving
from lifang.server import embedded


def run(full: bool) -> list[dict[str, object]]:
    """In a data folder of its own, which is kept; the forms of an earlier run are ended first."""
    data = serving.CACHE / "month"
    serving.lifang(data, "demo", "--load-only", "--cases", "60")
    embedded.start(data)
    try:
        return rows(serving.measured(data, "-m", "bench.month_child"))
    finally:
        embedded.stop(data)


def rows(found: dict[str, int]) -> list[dict[str, object]]:
    cells, asked = found["cells"], found["typed"] + found["confirmed"]
    share = round(asked / cells, 4)
    return [
        {
            "name": "cells asked of a community in a month, of those in the sheets (168 forms)",
            "value": share, "unit": "of before", "baseline": 1.0, "ratio": share, "target": "<= 0.1", "met": share <= 0.1,
        },
        {
            "name": "cells asked of a community in its first month ever (168 forms)",
            "value": (first := round(found["first_asked"] / found["first_cells"], 4)), "unit": "of before", "baseline": 1.0,
            "ratio": first, "target": "<= 0.1", "met": first <= 0.1,
        },
    ]  # fmt: skip
