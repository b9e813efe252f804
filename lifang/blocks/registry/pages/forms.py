"""What a data steward types: a system of the inventory, and a file with its day."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.packs import service as packs
from lifang.blocks.registry.models import System
from lifang.blocks.registry.systems import DESK
from lifang.ground.access.forms import Day, PlaceField
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import span

MOST_MB = 50


class SystemForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    code = forms.SlugField(
        label=gettext_lazy("代码"), max_length=40, help_text=gettext_lazy("拉丁字母、数字和连字符，定了不再改。")
    )
    department = forms.ChoiceField(label=gettext_lazy("主管部门"))
    area = PlaceField(label=gettext_lazy("覆盖地域"))
    link = forms.ChoiceField(label=gettext_lazy("约定的对接方式"), choices=System.Link.choices)
    refresh_days = forms.IntegerField(
        label=gettext_lazy("多少天更新一次"), min_value=1, max_value=3660, required=False,
        help_text=gettext_lazy("过了这么多天还没有新数据，会标为过期。"),
    )  # fmt: skip
    contract = forms.CharField(
        label=gettext_lazy("数据共享依据"), max_length=200, required=False,
        help_text=gettext_lazy("协议或文件的名称和文号。"),
    )  # fmt: skip
    purpose = forms.CharField(
        label=gettext_lazy("收集用途"), max_length=200,
        help_text=gettext_lazy("部门为什么收集、为什么交给社区；居民能看到。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["department"].choices = [  # type: ignore[attr-defined]
            ("", _("请选择")), *((kind, unit.title) for kind, unit in packs.units().items())
        ]  # fmt: skip

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code == DESK:
            raise forms.ValidationError(_("「{code}」是社区登记自己的代码，请另取一个。").format(code=DESK))
        return code


class ChangeForm(SystemForm):
    """A system's code and place stay: its rows and columns are known by them."""

    code = area = None  # type: ignore[assignment]


class SendForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("xlsx、xls 或 csv，部门给的原样就行，不用先整理；最大 50 MB。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.xlsm,.csv,.txt"}),
    )
    held_on = Day(
        label=gettext_lazy("数据日期"), initial=today, help_text=gettext_lazy("这份数据反映的是哪一天的情况。")
    )
    area = PlaceField(label=gettext_lazy("是哪里的数据"))
    purpose = forms.CharField(
        label=gettext_lazy("收集用途"), max_length=200, required=False,
        help_text=gettext_lazy("这一份和平时不同才要改。"),
    )  # fmt: skip
    complete = forms.BooleanField(
        label=gettext_lazy("这是全量名单"), required=False,
        help_text=gettext_lazy("勾上后，这个来源以前有、这次没有的人，会记为从数据日期起离开名单。"),
    )  # fmt: skip

    def __init__(self, *args: Any, system: System, **options: Any) -> None:
        super().__init__(*args, **options)
        self.system = system
        self.fields["purpose"].initial = system.purpose

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_MB << 20:
            raise forms.ValidationError(
                _("文件有 {size} MB，最大 {most} MB，没有收下。请按社区或街道分成几个文件再传。").format(
                    size=file.size >> 20,  # type: ignore[operator]
                    most=MOST_MB,
                )
            )
        return file

    def clean_held_on(self) -> Any:
        if (day := self.cleaned_data["held_on"]) > today():
            raise forms.ValidationError(_("数据日期不能在今天以后。"))
        return day

    def clean_area(self) -> int:
        if (area := self.cleaned_data["area"]) not in span(self.system.area):
            raise forms.ValidationError(_("这个地方不在「{title}」的覆盖地域内。").format(title=self.system.title))
        return area
