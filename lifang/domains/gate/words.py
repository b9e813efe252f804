"""Words for what the gate says, and for what the trail keeps of it."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lifang.ground.trail import words

PASSING = {
    "listed": _("清单内的协助事项"),
    "admitted": _("已准入的事项"),
    "law": _("依法履职，街道、社区自己布置"),
    "emergency": _("应急，不必先准入"),
    "certify": _("社区可以出具的证明"),
}
RETURNING = {
    "unlisted": _("不在清单，也没有准入"),
    "elsewhere": _("有的地方没有准入"),
    "suspended": _("已暂停"),
    "ended": _("已到期或退出"),
    "government": _("属于政府部门或街道职责，不得转嫁给社区"),
    "refuse": _("不应由社区出具"),
    "unclassed": _("还没有归类"),
    "law_of_community": _("社区依法自治的事，部门不能布置"),
    "foreign": _("是别的单位的事项"),
    "form": _("不能以这种方式下达"),
    "edition": _("报表没有做成表单"),
    "elements": _("要的数据超出准入范围"),
    "approval": _("没有批准"),
    "money": _("经费没有到位"),
    "not_emergency": _("不是可以发应急任务的单位"),
    "emergency_over": _("应急期已满，应转为准入"),
    "around": _("没有经过平台，社区反映"),
}
RULES = PASSING | RETURNING
WAYS = {
    "apply": ("admission_new", "admission.ask", _("申请准入")),
    "send": ("gate_send", "gate.send", _("换个方式下达")),
    "approve": ("meter_ask", "gate.send", _("申请批准")),
    "form": ("forms_mine", "form.make", _("到表单里做")),
}
"""Where one goes on from a letter: the page, the function that opens it, and what its button says."""
REMEDIES = {
    "suspended": (_("恢复以后才能下达；为什么暂停、补上什么可以恢复，问办理准入的民政部门。"), ""),
    "government": (_("这件由你单位或者上面写的单位自己办，不能申请让社区办。"), ""),
    "refuse": (_("社区不出这个证明，也不用申请；请按理由里写的去找该出具的单位，或者自己核对。"), ""),
    "unclassed": (_("先由民政部门决定归哪一类；归类以后再下达。"), ""),
    "law_of_community": (_("请和街道商量，由街道指导、社区自己安排。"), ""),
    "foreign": (_("请由事项的责任单位下达；要一起做的，和它合成一件。"), ""),
    "form": (_("换成理由里写的方式再下达。"), "send"),
    "edition": (_("先在「表单」里把这张表做好，再从那里下发；登记册里有的会自己填好。"), "form"),
    "elements": (_("去掉没有准入的数据和列再下达；确实要的，重新申请准入时写上。"), "apply"),
    "approval": (_("先申请批准，批准后从列表里选；别处批的，写明文号、批准单位、文件名称和批准日期。"), "approve"),
    "money": (_("先把答应的经费拨到社区，到账登记以后再下达。"), ""),
    "not_emergency": (_("真是应急的，请由可以发应急任务的单位发；不是应急的，按清单或准入的事项下达。"), "send"),
}
"""What one does about a rule, and by which of WAYS; for the others one applies for admission."""
CHANNELS = {"desk": _("工作台"), "api": _("系统接口"), "file": _("表格"), "phone": _("电话"), "chat": _("微信群等"), "paper": _("纸质文件"), "visit": _("当面")}  # fmt: skip
AROUND = ("phone", "chat", "paper", "visit")
"""The ways in which something comes around the gate."""

words.WHAT |= {
    "sending.sent": _("下达"),
    "sending.returned": _("退回未准入的要求"),
    "sending.withdrawn": _("撤回已下达的要求"),
    "sending.ended": _("结束已下达的要求"),
    "sending.replied": _("社区答复下达的要求"),
    "sending.foreign": _("试图查看范围外的下达（未看到）"),
    "opinion.given": _("社区对准入申请表态"),
}
words.KINDS |= {"sending": _("下达"), "opinion": _("社区意见")}


def as_shown(minutes: int) -> int:
    """The minutes that time_words shows: whole ones below an hour, tenths of an hour above."""
    return minutes if minutes < 60 else round(round(minutes / 60, 1) * 60)


def time_words(minutes: int) -> str:
    """«40 分钟», «1.5 小时»."""
    if minutes < 60:
        return gettext("{n} 分钟").format(n=minutes)
    return gettext("{n} 小时").format(n=f"{minutes / 60:,.1f}".removesuffix(".0"))
