"""What the work of this room is called in the trail, in lists of jobs and cases, and among the queues."""

from django.utils.translation import gettext_lazy as _

from lifang.blocks.cases.queries import Queue, add_queues
from lifang.blocks.cases.showing import SOURCES
from lifang.ground.jobs.words import TITLES
from lifang.ground.trail import words

WHAT = {
    "care.assigned": _("指定联系人"),
    "care.contacted": _("登记联系"),
    "outreach.report": _("按规则开出走访"),
    "household.foreign": _("试图查看范围外的住户（未看到）"),
}
words.MORE.append(lambda what: str(WHAT[what]) if what in WHAT else None)
words.KINDS["household"] = _("住户")
SOURCES["outreach"] = _("按规则主动走访")
TITLES["care.open"] = _("按规则开出走访")
add_queues(Queue("visit", _("待走访"), "care.visit", ("to_visit", "visited"), own=True))
