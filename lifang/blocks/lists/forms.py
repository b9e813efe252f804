"""What is typed about marks, saved lists and exports."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.lists.models import Mark
from lifang.blocks.registry.pages.one import PURPOSES
from lifang.ground.access.forms import Day


class MarkForm(forms.Form):
    care_list = forms.ChoiceField(label=gettext_lazy("哪个名册"))
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("写看到了什么、要留心什么，复核的人靠它判断；加密保存。"),
    )  # fmt: skip
    last = Day(
        label=gettext_lazy("到哪一天"), help_text=gettext_lazy("到期自己失效；要续，到时再提一次，再由别人复核。")
    )

    def __init__(self, *args: Any, lists: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["care_list"].choices = [("", _("请选择")), *lists]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("复核"), choices=Mark.Answer.choices, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择同意还是不同意。")},
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("复核意见"), max_length=200, required=False,
        help_text=gettext_lazy("不同意时要写明为什么。"),
    )  # fmt: skip


class SaveForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=40)
    shared = forms.BooleanField(label=gettext_lazy("本单位的人都能用"), required=False)


class ExportForm(forms.Form):
    purpose = forms.ChoiceField(label=gettext_lazy("用途"))
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200,
        help_text=gettext_lazy("写明做什么用、给谁。它会印在名单的每一页上。"),
    )  # fmt: skip
    whole = forms.BooleanField(
        label=gettext_lazy("身份证号和电话写全"), required=False,
        help_text=gettext_lazy("不勾时遮住中间的数字。用不到全号就不要勾。"),
    )  # fmt: skip

    def __init__(self, *args: Any, may_reveal: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["purpose"].choices = [("", _("请选择")), *((str(one), one) for one in PURPOSES)]  # type: ignore[attr-defined]
        if not may_reveal:
            del self.fields["whole"]

    def clean_reason(self) -> str:
        return " ".join(str(self.cleaned_data["reason"]).split())
