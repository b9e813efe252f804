"""What is typed about a form by who makes it."""

import datetime as dt
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.forms.binding import people_of
from lifang.blocks.forms.periods import RECURRING
from lifang.blocks.forms.sending import may_send
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.words import PERIODS
from lifang.ground.access.forms import Day
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import today

MOST_MB = 5


def of_matters(area: int, unit: Unit) -> list[tuple[str, str]]:
    """Matters of which the unit may send forms there."""
    found = [one for one in matters.at(area, today()).values() if may_send(one, unit)]
    found.sort(key=lambda one: one.title)
    return [("", str(gettext_lazy("请选择"))), *((one.name, one.title) for one in found)]


class MakeForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("表样文件"))
    title = forms.CharField(
        label=gettext_lazy("表名"), max_length=120, required=False, help_text=gettext_lazy("留空就用表里的标题。")
    )
    matter = forms.ChoiceField(
        label=gettext_lazy("所属事项"), help_text=gettext_lazy("清单里没有的事项，不能向社区要表，要先申请准入。"),
        error_messages={"required": gettext_lazy("这张表没有对应清单里的事项，不能下发。请先选定所属事项；清单里没有的，要先申请准入。")},
    )  # fmt: skip
    period = forms.ChoiceField(label=gettext_lazy("频次"), choices=list(PERIODS.items()), initial="monthly")
    people = forms.ChoiceField(
        label=gettext_lazy("花名册填哪些人"),
        required=False,
        help_text=gettext_lazy("一人一行、一户一行的表要选；表名里写了的（如“高龄老人花名册”）可以留空。"),
    )

    def __init__(self, *args: Any, unit: Unit, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["matter"].choices = of_matters(unit.area, unit)  # type: ignore[attr-defined]
        self.fields["people"].choices = [("", "–"), *people_of(unit.area)]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_MB * 2**20:
            raise forms.ValidationError(_("表样超过 {n} MB，请删去数据只留表头。").format(n=MOST_MB))
        return file


class IssueForm(forms.Form):
    due = Day(label=gettext_lazy("期限"))
    recurs = forms.BooleanField(
        label=gettext_lazy("按频次自动生成下一期"), required=False,
        help_text=gettext_lazy("到了下一期自动下发、自动填好，不用再发。"),
    )  # fmt: skip
    places = forms.MultipleChoiceField(
        label=gettext_lazy("发给哪些社区（村）"), required=False, help_text=gettext_lazy("不选就是全部。"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    apart = forms.CharField(
        label=gettext_lazy("为什么不合并、单独下发"), max_length=200,
        help_text=gettext_lazy("有问的大半一样的表。可以先建议合并；要单独下发，写明理由，对方也看得到。"),
        error_messages={"required": gettext_lazy("有问的大半一样的表，请写明为什么不合并。没有下发，填的都还在。")},
    )  # fmt: skip

    def __init__(self, *args: Any, communities: dict[int, str], period: str, unexplained: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.communities = communities
        if not unexplained:
            del self.fields["apart"]
        self.fields["places"].choices = [(str(code), name) for code, name in communities.items()]  # type: ignore[attr-defined]
        self.fields["due"].initial = today() + dt.timedelta(days=7)
        if period not in RECURRING:
            del self.fields["recurs"]

    @property
    def codes(self) -> list[int]:
        return [int(code) for code in self.cleaned_data["places"]] or list(self.communities)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)


class SheetForm(forms.Form):
    purpose = forms.CharField(
        label=gettext_lazy("用途"), max_length=60,
        help_text=gettext_lazy("写明做什么用。导出会留痕，名单上的每个人都能知道。"),
        error_messages={"required": gettext_lazy("请写明做什么用。没有导出。")},
    )  # fmt: skip
