"""What is typed when residents ask what is held about them, and when a deletion is held up."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SELF, GUARDIAN, AGENT = "本人", "监护人", "受托人"
OTHER = "其他"
CODE = r"\s*\d{3}\s?\d{3}\s*"


class DiscloseForm(forms.Form):
    """`child`: the resident is too young to ask, the guardian does."""

    asked_by = forms.ChoiceField(label=gettext_lazy("谁来要的"), widget=forms.RadioSelect)
    paper = forms.ChoiceField(
        label=gettext_lazy("核对了什么证件"),
        choices=[
            ("居民身份证", gettext_lazy("居民身份证")),
            ("户口簿", gettext_lazy("户口簿")),
            ("社会保障卡", gettext_lazy("社会保障卡")),
            (OTHER, gettext_lazy("其他")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("为什么要"),
        choices=[
            ("想知道记了什么", gettext_lazy("想知道记了什么")),
            ("想知道谁看过", gettext_lazy("想知道谁看过")),
            ("要更正", gettext_lazy("要更正")),
            (OTHER, gettext_lazy("其他")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=100, required=False,
        help_text=gettext_lazy("监护人、受托人写明姓名、关系和委托书；选了「其他」写明是什么。"),
    )  # fmt: skip
    whole = forms.BooleanField(
        label=gettext_lazy("要求写出完整的号码、电话和健康等内容"), required=False,
        help_text=gettext_lazy("不勾的话，号码只写头尾，健康等只写有没有。"),
    )  # fmt: skip

    def __init__(self, *args: Any, child: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        words = {SELF: _("本人"), GUARDIAN: _("监护人"), AGENT: _("受托人（有委托书）")}
        allowed = (GUARDIAN,) if child else (SELF, GUARDIAN, AGENT)
        self.fields["asked_by"].choices = [(who, words[who]) for who in allowed]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        told = given.get("note", "").strip()
        if not told and (
            given.get("asked_by") in (GUARDIAN, AGENT) or OTHER in (given.get("paper"), given.get("reason"))
        ):
            self.add_error("note", _("请写明。"))
        return given


class CodeForm(forms.Form):
    code = forms.RegexField(
        CODE, label=gettext_lazy("验证码"), error_messages={"invalid": gettext_lazy("验证码是纸条上的 6 位数字。")},
        help_text=gettext_lazy("社区给您的纸条上的 6 位数字。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split())
