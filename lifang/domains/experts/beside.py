"""What stands beside a case about the experts who were asked about it."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from lifang.blocks.cases import beside
from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.showing import ICONS, SOURCES, TONES
from lifang.domains.experts.actions import may_be_asked_about
from lifang.domains.experts.queries import ASK, CONSULTATION, field_title
from lifang.ground.access.doors import holdings


def panel(request: HttpRequest, case: Case, asked: Sequence[Case]) -> SafeString | None:
    """The questions put to experts, their answers, and the way to another question."""
    may_ask = may_be_asked_about(case) and holdings(request).may(ASK, case.area, case.involved)
    if not asked and not may_ask:
        return None
    rows = [
        {
            "case": one,
            "field": field_title(one.category, one.area),
            "state": type_of(one).states[one.state].title,
        }
        for one in asked
    ]
    return render_to_string("experts/beside.html", {"case": case, "rows": rows, "may_ask": may_ask})


beside.PANELS[CONSULTATION] = panel
SOURCES[CONSULTATION] = gettext_lazy("请教专家")
ICONS |= {"answer": "bulb", "record_answer": "bulb"}
TONES |= {"answer": "good", "record_answer": "good", "decline": "warn", "record_decline": "warn"}
