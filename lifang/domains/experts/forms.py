"""What is typed about an expert, and a question to one."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy

from lifang.blocks.cases.lifecycle import MAX_TEXT
from lifang.domains.experts.models import Expert
from lifang.domains.experts.queries import fields_at
from lifang.ground.access.forms import Day, PlaceField
from lifang.ground.access.ranges import today

USUAL_DAYS = 3


class ExpertForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    fields_ = forms.MultipleChoiceField(label=gettext_lazy("领域"), widget=forms.CheckboxSelectMultiple)
    employer = forms.CharField(label=gettext_lazy("单位"), max_length=120, required=False)
    note = forms.CharField(
        label=gettext_lazy("能帮什么"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )
    area = PlaceField(label=gettext_lazy("服务的地方"))
    since = Day(label=gettext_lazy("开始日期"), initial=today)
    until = Day(label=gettext_lazy("截止日期"), required=False, help_text=gettext_lazy("含当日；留空则不设期限。"))
    phone = forms.CharField(
        label=gettext_lazy("电话"),
        max_length=20,
        required=False,
        validators=[RegexValidator(r"^\+?[0-9][0-9 -]{4,18}$", gettext_lazy("电话只写数字、空格和连字符。"))],
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("加密保存，遮住显示；每次查看都留痕。"),
    )
    username = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=gettext_lazy("有账号的专家自己答复；留空则由工作人员代录他的答复。"),
    )

    def __init__(self, *args: Any, expert: Expert | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.expert = expert
        self.fields["fields_"].choices = list(fields_at().items())  # type: ignore[attr-defined]
        if expert:
            del self.fields["area"]  # whom it serves stays; another place is another entry
            if expert.phone:
                self.fields["phone"].help_text = gettext_lazy("已有电话；留空则不改。")

    def given(self) -> dict[str, Any]:
        """The cleaned values by the names of the action."""
        data = dict(self.cleaned_data)
        return {"fields": data.pop("fields_"), "area": self.expert and self.expert.area, **data}


class AskForm(forms.Form):
    expert = forms.ChoiceField(label=gettext_lazy("请教谁"), widget=forms.RadioSelect)
    question = forms.CharField(
        label=gettext_lazy("问题"),
        max_length=MAX_TEXT,
        widget=forms.Textarea({"rows": 6}),
        help_text=gettext_lazy("写清情况和想问什么。不要写当事人的姓名、电话、身份证号。"),
    )
    due = Day(label=gettext_lazy("请在哪天前答复"))

    def __init__(self, *args: Any, experts: Sequence[Expert], **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["due"] = today() + dt.timedelta(days=USUAL_DAYS)
        if len(experts) == 1:
            self.initial["expert"] = str(experts[0].pk)
        self.fields["expert"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), " · ".join(filter(None, [one.name, one.employer, one.note]))) for one in experts
        ]
