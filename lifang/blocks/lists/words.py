"""What the acts of this room are called in the trail."""

from django.utils.translation import gettext_lazy as _

from lifang.ground.trail import words

WHAT = {
    "person.care_list": _("查看关爱名册"),
    "person.marked": _("提出关爱名册标记"),
    "person.mark_answered": _("复核关爱名册标记"),
    "person.mark_ended": _("结束关爱名册标记"),
    "person.exported": _("导出居民名单"),
}
words.MORE.append(lambda what: str(WHAT[what]) if what in WHAT else None)
words.KINDS["person_list"] = _("居民名单")
