"""What the trail calls what is done with the register of experts."""

from django.utils.translation import gettext_lazy as _

from lifang.ground.trail import words

words.WHAT |= {
    "expert.listed": _("登记帮手和专家"),
    "expert.changed": _("修改帮手和专家"),
    "expert.phone_shown": _("查看专家电话"),
    "expert.foreign": _("试图查看范围外的专家（未看到）"),
}
words.KINDS["expert"] = _("专家")
