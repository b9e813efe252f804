"""What the work of the counter is called: channels, kinds of consent, and its rows in the trail."""

from django.utils.translation import gettext_lazy as _

from lifang.ground.jobs.words import TITLES
from lifang.ground.trail import words

CHANNELS = {"counter": _("窗口"), "phone": _("电话"), "page": _("手机、网上"), "house_call": _("上门")}
CONSENTS = {
    "present": _("本人在场"), "phone": _("本人在电话里同意"), "guardian": _("监护人代办"), "written": _("本人书面委托"),
}  # fmt: skip
WHAT = {
    "service.report": _("收到办事申请"),
    "counter.revealed": _("查看申请表的完整内容"),
    "counter.filled": _("填写或录入申请表"),
    "counter.linked": _("认定是登记册里的居民"),
    "counter.rostered": _("排定接待值班"),
    "counter.booked": _("登记预约"),
    "counter.contact": _("查看预约人的姓名电话"),
}
words.MORE.append(lambda what: str(WHAT[what]) if what in WHAT else None)
words.KINDS["appointment"] = _("预约")
words.KINDS["shift"] = _("接待值班")
TITLES["counter.close"] = _("结束前一天没有结束的排队号")
