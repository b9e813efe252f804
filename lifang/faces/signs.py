"""What pages show for a state, a tone, a section: icon, tone and words."""

from collections.abc import Collection, Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy

from lifang.ground.access.doors import function_of

# state of a case -> tone, icon, words used when the case type gives none
STATES: dict[str, tuple[str, str, Any]] = {
    "reported": ("info", "inbox", gettext_lazy("已上报")),
    "accepted": ("info", "check", gettext_lazy("已受理")),
    "refused": ("quiet", "ban", gettext_lazy("不予受理")),
    "filed": ("info", "file-text", gettext_lazy("已立案")),
    "dispatched": ("info", "send", gettext_lazy("已派遣")),
    "returned": ("warn", "arrow-back-up", gettext_lazy("已退单")),
    "arbitration": ("warn", "scale", gettext_lazy("仲裁中")),
    "handling": ("info", "progress", gettext_lazy("处置中")),
    "whistled": ("warn", "speakerphone", gettext_lazy("吹哨中")),
    "hung_up": ("quiet", "player-pause", gettext_lazy("已挂起")),
    "handled": ("good", "tool", gettext_lazy("已处置")),
    "verified": ("good", "checklist", gettext_lazy("已核查")),
    "closed": ("good", "circle-check", gettext_lazy("已结案")),
    "called_back": ("good", "phone", gettext_lazy("已回访")),
    "rated": ("good", "star", gettext_lazy("已评价")),
    "archived": ("quiet", "archive", gettext_lazy("已归档")),
    "duplicate": ("quiet", "copy", gettext_lazy("重复件")),
    "void": ("quiet", "ban", gettext_lazy("已作废")),
    "issued": ("info", "send", gettext_lazy("已布置")),
    "completed": ("good", "circle-check", gettext_lazy("全部回报")),
    "stopped": ("quiet", "ban", gettext_lazy("提前结束")),
    "sent": ("info", "send", gettext_lazy("已下达")),
    "taken": ("info", "user-check", gettext_lazy("已接收")),
    "fed_back": ("good", "circle-check", gettext_lazy("已回报")),
    "declined": ("warn", "arrow-back-up", gettext_lazy("已退回")),
    "ended": ("quiet", "ban", gettext_lazy("任务已结束")),
    "raised": ("warn", "inbox", gettext_lazy("待落实")),
    "met": ("good", "circle-check", gettext_lazy("已落实")),
    "unmet": ("quiet", "ban", gettext_lazy("未能落实")),
}
TONE_ICONS = {
    "good": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "info": "info-circle",
    "quiet": "circle-dashed",
}
DESK_SECTIONS = (
    (gettext_lazy("工作台"), "/desk/", "layout-dashboard"),
    (gettext_lazy("事件"), "/desk/events/", "clipboard-list"),
    (gettext_lazy("任务"), "/desk/tasks/", "send"),
    (gettext_lazy("地图"), "/desk/map/", "map-2"),
    (gettext_lazy("数据"), "/desk/figures/", "chart-bar"),
    (gettext_lazy("区划"), "/desk/places/", "hierarchy-2"),
    (gettext_lazy("政策包"), "/desk/packs/", "book-2"),
    (gettext_lazy("管理"), "/desk/admin/", "settings"),
)
FIELD_TABS = (
    (gettext_lazy("今天"), "/field/", "home"),
    (gettext_lazy("上报"), "/field/report/", "plus"),
    (gettext_lazy("查询"), "/field/search/", "search"),
    (gettext_lazy("我的"), "/field/me/", "user"),
)


def served(
    request: HttpRequest | None, entries: Iterable[tuple[Any, str, str]], functions: Collection[str]
) -> list[dict[str, object]]:
    """Entries that are served here to somebody with these functions.

    The longest that begins the present address is the current one.
    """
    path = request.path if request else ""
    found: list[dict[str, object]] = []
    for title, address, symbol in entries:
        try:
            door = function_of(resolve(address).func)
        except Resolver404:
            continue
        if door in functions:
            found.append({"title": title, "url": address, "icon": symbol, "current": False})
    inside = [entry for entry in found if path.startswith(str(entry["url"]))]
    if inside:
        max(inside, key=lambda entry: len(str(entry["url"])))["current"] = True
    return found
