"""The place switcher in the frame of every page of a place."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from lifang.ground.areas.codes import GRID, NATION, ancestors, level_of, span
from lifang.ground.areas.queries import children, names


def switch(
    roots: Sequence[int],
    place: int | None,
    on: dt.date,
    to: Callable[[int], str] = "?area={}".format,
    lowest: int = GRID,
) -> dict[str, Any]:
    """The title of the place that is shown, if one is, and the ways to the reader's own places (`roots`), to those between
    them and it, and to those right below it."""
    here = place or (roots[0] if len(roots) == 1 else None)
    up = [code for code in ancestors(place or NATION) if any(code in span(root) for root in roots)]
    known = names({*roots, *up, *([here] if here else [])}, on)
    below = children(here, on) if here and level_of(here) < lowest else []
    listed = dict([(code, known.get(code, "")) for code in (*roots, *up)] + below)
    return {
        "place_title": known.get(here, "") if here else _("我的全部地域") if roots else "",
        "place_choices": [(name, to(code)) for code, name in listed.items() if name and code != place],
    }
