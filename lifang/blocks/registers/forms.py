"""What is typed about an entry and its people."""

import datetime as dt
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.registers.columns import Entries, form_field, kept
from lifang.blocks.registers.models import Statement
from lifang.ground.access.forms import Day, PlaceField
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.areas import codes

MOST_MB = 5
PURPOSES = (gettext_lazy("联系工作"), gettext_lazy("处置事件"), gettext_lazy("核对资料"))
CHANGED, WRONG = "changed", "wrong"
COLUMN = "c_"


class EntryForm(forms.Form):
    """A new entry; below name and place one field for each column of the kind."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    area = PlaceField(label=gettext_lazy("所在的地方"))
    held_from = Day(
        label=gettext_lazy("从哪天起"), initial=today, help_text=gettext_lazy("可以是以后的一天，到那天自动生效。")
    )

    def __init__(self, *args: Any, kind: RegisterKind, place: int, entries: Entries, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        if kind.items:
            self.fields["name"].required = False
            self.fields["name"].help_text = gettext_lazy("可以不写，用品类的名称。")
        for name, column in kind.columns.items():
            self.fields[COLUMN + name] = form_field(kind, column, place, entries)

    @property
    def facts(self) -> dict[str, Any]:
        found = {name: self.cleaned_data[COLUMN + name] for name in self.kind.columns}
        return {name: kept(value) for name, value in found.items() if value not in (None, "", [])}

    @property
    def called(self) -> str:
        """The name typed, else that of the item."""
        items = (self.kind.items.get(str(self.cleaned_data[COLUMN + name])) for name in self.kind.columns)
        return self.cleaned_data["name"] or next((item.title for item in items if item), "")


class ChangeForm(EntryForm):
    """Something changed on a day, or was wrong from the beginning."""

    how = forms.ChoiceField(
        label=gettext_lazy("为什么改"), initial=CHANGED, widget=forms.RadioSelect,
        choices=[
            (CHANGED, gettext_lazy("情况变了，从下面这天起是新的样子")),
            (WRONG, gettext_lazy("原来写错了，更正这一条")),
        ],
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200, required=False)
    field_order = ("how", "held_from", "reason", "name", "area")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("how") == WRONG:
            if not data.get("reason"):
                self.add_error("reason", _("更正要写理由。"))
            if (data.get("held_from") or today()) > today():
                self.add_error("held_from", _("更正的是已经有的情况，日期不能在今天以后；以后才变的，请选“情况变了”。"))
        return data


def initial_of(statement: Statement) -> dict[str, Any]:
    given = {COLUMN + name: value for name, value in statement.facts.items()}
    given |= {name: str(value).lower() for name, value in given.items() if isinstance(value, bool)}
    return given | {"name": statement.name, "area": codes.text(statement.area)}


class EndForm(forms.Form):
    last = Day(label=gettext_lazy("最后一天"), initial=today)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, help_text=gettext_lazy("原来登记的留在历史里，理由写在旁边。")
    )


class LeaveForm(forms.Form):
    until = Day(label=gettext_lazy("最后一天"), initial=today)


class MemberForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("职务"))
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    since = Day(label=gettext_lazy("从哪天起"), initial=today)
    phone = forms.CharField(
        label=gettext_lazy("电话"), max_length=20, required=False,
        validators=[RegexValidator(r"^\+?[0-9][0-9 -]{4,18}$", gettext_lazy("电话只写数字、空格和连字符。"))],
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("加密保存，遮住显示；每次查看都留痕。"),
    )  # fmt: skip
    username = forms.CharField(
        label=gettext_lazy("登录名"), max_length=60, required=False, widget=forms.TextInput({"autocomplete": "off"}),
        help_text=gettext_lazy("有账号的工作人员写登录名；没有的留空。"),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: RegisterKind, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = list(kind.roles.items())  # type: ignore[attr-defined]

    def clean_username(self) -> User | None:
        if not (username := self.cleaned_data["username"]):
            return None
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("没有登录名为「{name}」的账号。").format(name=username))
        return user

    def offer(self, residents: list[tuple[str, str]]) -> None:
        """Residents of the place who have this name: one of them, or somebody else."""
        self.fields["person"] = forms.ChoiceField(
            label=_("是哪位居民"), widget=forms.RadioSelect, choices=[*residents, ("0", _("都不是，或者不住这里"))]
        )


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("文件"), help_text=gettext_lazy("xlsx、xls 或 csv；最大 5 MB，最多 5,000 行，其中改动已经登记的最多 500 条。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
    )  # fmt: skip
    area = PlaceField(label=gettext_lazy("是哪里的"))
    held_on = Day(label=gettext_lazy("数据日期"), initial=today, help_text=gettext_lazy("行里没有写日期的，从这天起。"))

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_MB << 20:
            raise forms.ValidationError(_("文件最大 {n} MB，请分成几个。").format(n=MOST_MB))
        return file

    def clean_held_on(self) -> dt.date:
        if (day := self.cleaned_data["held_on"]) > today():
            raise forms.ValidationError(_("数据日期不能在今天以后。"))
        return day


class ExportForm(forms.Form):
    purpose = forms.ChoiceField(
        label=gettext_lazy("用途"), choices=[("", gettext_lazy("请选择")), *((one, one) for one in PURPOSES)]
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, help_text=gettext_lazy("写明做什么用、给谁。它会印在表的每一页上。")
    )
