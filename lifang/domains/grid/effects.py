"""What acts on events do beyond the effects that all case types share."""

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
    if "category" in data:
        _known(data["category"], doing)
        case.category = data["category"]
        case.title = packs.category(case.category, case.area, case.opened_at).title
    if "urgency" in data:
        case.urgency = data["urgency"]
    if "point" in data:
        case.lon, case.lat = data["point"]
        spot = opening.place(lon=case.lon, lat=case.lat, text=case.place_text)
        case.area, case.second_area, case.cell = spot.area, spot.second_area, spot.cell
        case.fields = {**case.fields, "place_problem": spot.problem}
    if "area" in data:
        case.area = data["area"]
        case.fields = {**case.fields, "place_problem": ""}
    if not scope.current().covers(case.area, case.involved):
        raise Refused(_("这个地点不在你负责的地域内。请上一级受理人员来更正。"), "area")
    case.fields = {**case.fields, **opening.proposal(case.category, case.area, doing.at, case.urgency)}


def _known(category: str, doing: Doing) -> None:
    try:
        packs.category(category, doing.case.area, doing.case.opened_at)
    except packs.NoRule:
        raise Refused(_("没有编码为「{code}」的事项类别,请从列表里选。").format(code=category), "category") from None


@effect("split")
def split(doing: Doing) -> None:
    """A part of the matter becomes a case of its own below this one, which cannot finish before it."""
    _known(doing.data["category"], doing)
    child = opening.open_child(doing.case, doing.data["category"], doing.data["text"], doing.actor, doing.at)
    doing.data["child"] = child.number
