"""The sections of the desk and the tabs of the phone pages."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy

from lifang.ground.access.doors import function_of

DESK_GROUPS = {
    gettext_lazy("办事"): (
        (gettext_lazy("工作台"), "/desk/", "layout-dashboard"),
        (gettext_lazy("窗口"), "/desk/counter/", "device-desktop"),
        (gettext_lazy("窗口办件"), "/desk/counter/cases/", "list-details"),
        (gettext_lazy("事件"), "/desk/events/", "clipboard-list"),
        (gettext_lazy("任务"), "/desk/tasks/", "send"),
        (gettext_lazy("地图"), "/desk/map/", "map-2"),
        (gettext_lazy("帮手和专家"), "/desk/experts/", "bulb"),
        (gettext_lazy("请我答复"), "/desk/experts/asked/", "inbox"),
        (gettext_lazy("社区来函"), "/desk/certificates/letters/", "message"),
    ),
    gettext_lazy("居民"): (
        (gettext_lazy("居民"), "/desk/persons/", "users"),
        (gettext_lazy("走访"), "/desk/care/", "home"),
        (gettext_lazy("出具证明"), "/desk/certificates/", "file-text"),
        (gettext_lazy("登记册"), "/desk/registers/", "building-community"),
        (gettext_lazy("办事指引"), "/desk/guide/", "book-2"),
    ),
    gettext_lazy("报表和减负"): (
        (gettext_lazy("填报表"), "/desk/forms/asked/", "writing"),
        (gettext_lazy("表单"), "/desk/forms/", "table"),
        (gettext_lazy("准入与下达"), "/desk/gate/", "shield-check"),
        (gettext_lazy("事项清单"), "/desk/matters/", "checklist"),
        (gettext_lazy("事项经费"), "/desk/money/", "sum"),
        (gettext_lazy("减负"), "/desk/meter/", "hourglass"),
    ),
    gettext_lazy("数据"): (
        (gettext_lazy("数据"), "/desk/figures/", "chart-bar"),
        (gettext_lazy("数据来源"), "/desk/data/", "database"),
        (gettext_lazy("核对同一人"), "/desk/data/review/", "copy"),
        (gettext_lazy("答复更正请求"), "/desk/questions/", "inbox"),
        (gettext_lazy("本部门的差错"), "/desk/flaws/", "alert-triangle"),
    ),
    gettext_lazy("设置"): (
        (gettext_lazy("区划"), "/desk/places/", "hierarchy-2"),
        (gettext_lazy("政策包"), "/desk/packs/", "book-2"),
        (gettext_lazy("管理"), "/desk/admin/", "settings"),
    ),
}
DESK_SECTIONS = tuple(section for sections in DESK_GROUPS.values() for section in sections)
FIELD_TABS = (
    (gettext_lazy("今天"), "/field/", "home"),
    (gettext_lazy("楼栋"), "/field/buildings/", "building"),
    (gettext_lazy("上报"), "/field/report/", "plus"),
    (gettext_lazy("查询"), "/field/search/", "search"),
    (gettext_lazy("我的"), "/field/me/", "user"),
)


@cache
def _door(address: str) -> str | None:
    """The function of the page at an address; None where nothing is served."""
    try:
        return function_of(resolve(address).func)
    except Resolver404:
        return None


def served(
    request: HttpRequest | None, entries: Iterable[tuple[Any, str, str]], functions: Collection[str]
) -> list[dict[str, object]]:
    """Entries that are served here to somebody with these functions.

    The longest that begins the present address is the current one.
    """
    path = request.path if request else ""
    found: list[dict[str, object]] = []
    for title, address, symbol in entries:
        if _door(address) in functions:
            found.append({"title": str(title), "url": address, "icon": symbol, "current": False})
    inside = [entry for entry in found if path.startswith(str(entry["url"]))]
    if inside:
        max(inside, key=lambda entry: len(str(entry["url"])))["current"] = True
    return found
