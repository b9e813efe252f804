"""What the community does, may and may not certify, in plain words for residents."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from lifang.blocks.matters import queries
from lifang.blocks.matters.pages import row
from lifang.ground.access.doors import public
from lifang.ground.access.ranges import today
from lifang.ground.areas.queries import names

SECTIONS = (
    ("certify", gettext_lazy("社区可以开的证明"), gettext_lazy("带上说明里写的材料，到社区办，当场核实。")),
    (
        "refuse",
        gettext_lazy("社区不开的证明"),
        gettext_lazy("任何单位都不得要您到社区开这些；有人要，请把这一页给他看。"),
    ),
    ("law", gettext_lazy("社区自己的事"), gettext_lazy("居民委员会依法要办的，您可以参加，也可以监督。")),
    ("assist", gettext_lazy("社区帮着办的事"), gettext_lazy("由部门负责，社区协助。对结果有意见找负责的部门。")),
    ("government", gettext_lazy("社区办不了的事"), gettext_lazy("这些归部门或街道，社区没有权力办。")),
)


def _city() -> str:
    city = settings.CONFIG.area
    return names([city], today()).get(city, "")


@public("public.guide")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """`/matters/?q=`: the list of today, with who is to be asked about what the community does not do."""
    words = request.GET.get("q", "").strip()[:40]
    found = [
        one
        for one in queries.at(settings.CONFIG.area, today()).values()
        if not words or words in one.title or words in one.guide
    ]
    of_class = queries.by_class(found)
    sections = [
        {"name": name, "title": title, "note": note, "rows": [row(one) for one in of_class[name]]}
        for name, title, note in SECTIONS
        if name in of_class
    ]
    return render(
        request, "matters/public.html", {"sections": sections, "q": words, "on": today(), "city_name": _city()}
    )
