"""Words for the classes, kinds, periods and forms in which matters are told apart."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lifang.blocks.packs.library import CLASSES

TASKS = {"development": _("经济社会发展"), "service": _("服务保障"), "order": _("综治维稳")}
PERIODS = {
    "once": _("一次"), "daily": _("每天"), "weekly": _("每周"), "monthly": _("每月"), "quarterly": _("每季度"),
    "half_yearly": _("每半年"), "yearly": _("每年"), "needed": _("按需"),
}  # fmt: skip
SENDINGS = {
    "task": _("任务"), "form": _("报表、台账"), "meeting": _("会议"), "inspection": _("检查、考核"), "plate": _("挂牌"),
    "data": pgettext_lazy("asked for", "数据"), "certificate": _("证明"),
}  # fmt: skip
NOTES = {
    "law": _("居民委员会依法要做的事，不需要经费随附。"),
    "assist": _("责任在部门，社区协助：须有责任部门和经费。"),
    "certify": _("社区可以出具的证明。"),
    "refuse": _("不得要求社区出具；来办的居民会拿到该找谁的说明。"),
    "government": _("属于部门和街道职责，不得转嫁给社区。"),
    "unclassed": _("还没有决定归哪一类，等待民政部门归类；归类前不得下达。"),
}

__all__ = ["CLASSES", "NOTES", "PERIODS", "SENDINGS", "TASKS"]
