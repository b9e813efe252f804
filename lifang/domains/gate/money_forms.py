"""What is typed about money."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.matters.queries import Matter
from lifang.ground.access.forms import Day
from lifang.ground.access.ranges import today

MONEY_INPUT = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "input-short"})


class Amount(forms.DecimalField):
    """Yuan, as people write them: 1,200.50 too."""

    widget = MONEY_INPUT

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", "").replace("，", "") if isinstance(value, str) else value)


class MoveForm(forms.Form):
    amount = Amount(label=gettext_lazy("金额（元）"))
    day = Day(label=gettext_lazy("日期"), initial=today)
    words = forms.CharField(label=gettext_lazy("事由"), max_length=200)
    paper = forms.CharField(
        label=gettext_lazy("凭据"), max_length=120, help_text=gettext_lazy("收据、发票、转账单或文件的编号。")
    )


class PromiseForm(MoveForm):
    matter = forms.ChoiceField(label=gettext_lazy("事项"))
    due_on = Day(label=gettext_lazy("应到日期"))
    field_order = ("matter", "amount", "due_on", "day", "words", "paper")

    def __init__(self, *args: Any, listed: Iterable[Matter], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].label = _("每个社区的金额（元）")
        self.fields["day"].label = _("哪天承诺的")
        self.fields["paper"].help_text = _("承诺经费的文件或函的编号。")
        self.fields["matter"].choices = [("", _("请选择")), *((one.name, one.title) for one in listed)]  # type: ignore[attr-defined]


class ReverseForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("为什么冲销"), max_length=200)
    day = Day(
        label=gettext_lazy("冲销的日期"),
        initial=today,
        help_text=gettext_lazy("结了账的月份不能再记，写结账以后的日期。"),
    )
