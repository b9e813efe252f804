"""What the work of this room is called in the trail."""

from django.utils.translation import gettext_lazy as _

from lifang.ground.trail import words

WHAT = {
    "resident.entered": _("登记居民"),
    "resident.corrected": _("更正居民信息"),
    "resident.withdrawn": _("收回社区登记的说法"),
    "resident.likely": _("登记时比对相近的居民"),
    "data.questioned": _("请部门更正"),
    "data.answered": _("部门答复更正"),
    "data.flaws": _("下载给发送方的差错清单"),
    "data.replayed": _("重放收到的文件"),
    "data.contracted": _("订立向外提供数据的约定"),
    "data.contract_ended": _("终止向外提供数据的约定"),
    "data.ordered": _("要求生成向外提供的文件"),
    "data.sent": _("生成向外提供的文件"),
    "data.downloaded": _("下载向外提供的文件"),
    "question.foreign": _("试图查看范围外的更正请求（未看到）"),
}
words.MORE.append(lambda what: str(WHAT[what]) if what in WHAT else None)
words.KINDS["question"] = _("更正请求")
words.KINDS["contract"] = _("数据共享约定")
