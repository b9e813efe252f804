"""What the work of this room is called in the trail."""

from django.utils.translation import gettext_lazy as _

from lifang.ground.trail import words

WHAT = {
    "dwelling.laid_out": _("登记楼栋"),
    "dwelling.noted": _("登记房屋状况"),
    "dwelling.undone": _("撤销楼栋登记"),
    "building.foreign": _("试图查看范围外的楼栋（未看到）"),
}
words.MORE.append(lambda what: str(WHAT[what]) if what in WHAT else None)
words.KINDS["filing"] = _("楼栋登记")
words.KINDS["building"] = _("楼栋")
