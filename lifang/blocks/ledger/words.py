"""What the trail says of posting."""

from django.utils.translation import gettext_lazy as _

from lifang.ground.trail import words

words.WHAT |= {"ledger.posted": _("记账"), "ledger.reversed": _("冲销"), "ledger.closed": _("月末结账")}
words.KINDS |= {"ledger_entry": _("账目"), "ledger_month": _("账目月份")}
