"""What acts on registers are called in the trail."""

from django.utils.translation import gettext_lazy as _

from lifang.ground.trail import words

WHAT = {
    "register.entered": _("登记"),
    "register.changed": _("变更登记"),
    "register.cancelled": _("取消将要生效的变更"),
    "register.joined": _("登记人员"),
    "register.left": _("人员离任"),
    "register.phone_shown": _("查看登记人员的电话"),
    "register.imported": _("导入登记册"),
    "register.undone": _("撤销导入的登记册"),
    "register.exported": _("导出登记册"),
    "register.counted": _("盘点"),
    "register.foreign": _("试图查看范围外的登记（未看到）"),
}
words.MORE.append(lambda what: str(WHAT[what]) if what in WHAT else None)
words.KINDS["register"] = _("登记册")
GROUPS = {
    "organisation": _("组织"),
    "committee": _("委员会"),
    "station": _("站点"),
    "place": _("场地和资源"),
    "equipment": _("设施设备"),
    "activity": _("活动"),
    "burden": _("减负"),
}
