"""What acts on events do beyond the effects that all case types share."""

import datetime as dt

from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Doing, effect
from lifang.blocks.cases.errors import Refused
from lifang.blocks.packs import service as packs
from lifang.domains.grid import opening
from lifang.ground.access import scope


@effect("correct")
def correct(doing: Doing) -> None:
    """Mend category, urgency, grid or point as filled in; the proposed owner and the limits follow."""
    case, data = doing.case, doing.data
    case.urgency = data.get("urgency", case.urgency)
    if "point" in data:
        case.lon, case.lat = data["point"]
        spot = opening.place(lon=case.lon, lat=case.lat, text=case.place_text)
        case.area, case.second_area, case.cell = spot.area, spot.second_area, spot.cell
        case.fields = {**case.fields, "place_problem": spot.problem}
    if data.get("area", case.area) != case.area:
        case.area, case.second_area = data["area"], None
        case.fields = {**case.fields, "place_problem": ""}
    if not scope.current().covers(case.area, case.involved):
        raise Refused(_("这个地点不在你负责的地域内。请上一级受理人员来更正。"), "area")
    category = data.get("category", case.category)
    rule = _known(category, case.area, case.opened_at)
    if category != case.category:
        case.category, case.title = category, rule.title
    case.fields = {**case.fields, **opening.proposal(category, case.area, case.opened_at, case.urgency)}


def _known(category: str, area: int, at: dt.datetime) -> packs.Category:
    try:
        return packs.category(category, area, at)
    except packs.NoRule:
        raise Refused(_("没有编码为「{code}」的事项类别，请从列表里选。").format(code=category), "category") from None


@effect("split")
def split(doing: Doing) -> None:
    """A part of the matter becomes a case of its own below this one, which cannot finish before it."""
    _known(doing.data["category"], doing.case.area, doing.at)
    child = opening.open_child(doing.case, doing.data["category"], doing.data["text"], doing.actor, doing.at)
    doing.data["child"] = child.number
