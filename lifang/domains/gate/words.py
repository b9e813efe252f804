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
    "elements": _("要的数据超出准入范围"),
    "approval": _("没有批准"),
    "money": _("经费没有到位"),
    "not_emergency": _("不是可以发应急任务的单位"),
    "emergency_over": _("应急期已满，应转为准入"),
    "around": _("没有经过平台，社区反映"),
}
RULES = PASSING | RETURNING
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


def time_words(minutes: int) -> str:
    """«40 分钟», «1.5 小时»."""
    if minutes < 60:
        return gettext("{n} 分钟").format(n=minutes)
    return gettext("{n} 小时").format(n=f"{minutes / 60:,.1f}".removesuffix(".0"))
