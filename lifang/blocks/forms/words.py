"""What the work of this room is called in the trail."""

from django.utils.translation import gettext_lazy as _

from lifang.ground.trail import words

WHAT = {
    "form.made": _("新建表单"),
    "form.revised": _("修改表单"),
    "form.merger": _("建议合并表单"),
    "form.apart": _("说明为什么单独下发"),
    "form.ended": _("停用表单"),
    "form.issued": _("下发报表"),
    "form.filled": _("核对填写报表"),
    "form.refilled": _("报表重新取数"),
    "form.submitted": _("提交报表"),
    "form.corrected": _("更正报表"),
    "form.locked": _("锁定报表"),
    "form.read": _("查看报表里的名单"),
    "form.handed_out": _("导出报表"),
    "form.foreign": _("试图查看范围外的报表（未看到）"),
}
words.MORE.append(lambda what: str(WHAT[what]) if what in WHAT else None)
words.KINDS["form"] = _("报表")
