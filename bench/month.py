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

import json
import subprocess
import sys

from bench import serving
from lifang.server import embedded


def run(full: bool) -> list[dict[str, object]]:
    """In a data folder of its own, which is kept; the forms of an earlier run are ended first."""
    data = serving.CACHE / "month"
    serving.lifang(data, "demo", "--load-only", "--cases", "60")
    embedded.start(data)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.month_child"],
            env={**serving.environment(data), "DJANGO_SETTINGS_MODULE": "lifang.settings"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        embedded.stop(data)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return rows(json.loads(done.stdout.splitlines()[-1]))


def rows(found: dict[str, int]) -> list[dict[str, object]]:
    cells, asked = found["cells"], found["typed"] + found["confirmed"]
    share = round(asked / cells, 4)
    return [
        {
            "name": f"cells of a community's month, asked of {cells:,} in the sheets ({found['sendings']} sendings of 168 forms:"
            f" {found['typed']:,} to type, {found['confirmed']:,} to confirm; {1 - asked / cells:.1%} filled)",
            "value": share, "unit": "of before", "baseline": 1.0, "ratio": share, "target": "<= 0.1", "met": share <= 0.1,
        },
        {
            "name": f"the same in the first month ever ({found['first_asked']:,} of {found['first_cells']:,})",
            "value": (first := round(found["first_asked"] / found["first_cells"], 4)), "unit": "of before", "baseline": 1.0,
            "ratio": first, "target": "<= 0.1", "met": first <= 0.1,
        },
    ]  # fmt: skip
