"""What is typed about buildings and flats."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.dwellings.actions import LONGEST_SOURCE
from lifang.blocks.dwellings.plans import (
    MOST_ENTRANCES,
    MOST_FLATS,
    MOST_FLOORS,
    STATES,
    USES,
    Plan,
    Unclear,
    addressed,
    drawn,
)
from lifang.blocks.packs import service as packs
from lifang.ground.access.forms import Day, PlaceField
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, level_of

MOST_MB = 20


class Said(forms.Form):
    """From which day it holds, and by what one knows."""

    held_on = Day(label=gettext_lazy("从哪天起"), initial=today)
    source = forms.CharField(
        label=gettext_lazy("依据"), max_length=LONGEST_SOURCE,
        help_text=gettext_lazy("怎么知道的，如「上门核对」「物业平面图」。"),
    )  # fmt: skip

    def clean_held_on(self) -> Any:
        if (day := self.cleaned_data["held_on"]) > today():
            raise forms.ValidationError(_("日期不能在今天以后。"))
        return day


class BuildingForm(Said):
    area = PlaceField(label=gettext_lazy("所在网格或社区"))
    road = forms.CharField(label=gettext_lazy("路名"), max_length=12, help_text=gettext_lazy("如 永宁路。"))
    gate = forms.IntegerField(label=gettext_lazy("门牌号"), min_value=1, max_value=9999)
    building = forms.IntegerField(label=gettext_lazy("楼栋号"), min_value=1, max_value=9999)
    name = forms.CharField(label=gettext_lazy("小区或楼名"), max_length=60, required=False)
    use = forms.ChoiceField(label=gettext_lazy("用途"))
    entrances = forms.IntegerField(label=gettext_lazy("几个单元"), min_value=1, max_value=MOST_ENTRANCES)
    floors = forms.IntegerField(label=gettext_lazy("几层"), min_value=1, max_value=MOST_FLOORS)
    each = forms.IntegerField(label=gettext_lazy("每单元每层几户"), min_value=1, max_value=MOST_FLATS)
    otherwise = forms.CharField(
        label=gettext_lazy("例外"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "与上面排法不同的，一行一条：1层 商铺；2-501 没有；602 空置。状况可以是：没有、自住、出租、空置、商铺、办公、其他用途。"
        ),
    )  # fmt: skip
    field_order = ("area", "road", "gate", "building", "name", "use", "entrances", "floors", "each", "otherwise")
    plan: Plan | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["use"].choices = [("", _("请选择")), *packs.code_list(USES).values.items()]  # type: ignore[attr-defined]

    def clean_area(self) -> int:
        area: int = self.cleaned_data["area"]
        if level_of(area) < COMMUNITY:
            raise forms.ValidationError(_("要写到社区或网格。"))
        return area

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        at = addressed({0: (data["road"].strip(), data["gate"], data["building"])}).get(0)
        if at is None:
            raise forms.ValidationError({"road": _("路名应以大道、路、街、巷或道结尾，如 永宁路。")})
        try:
            self.plan = drawn(
                area=data["area"], at=at, name=data["name"], use=data["use"], entrances=data["entrances"],
                floors=data["floors"], each=data["each"], otherwise=data["otherwise"],
            )  # fmt: skip
        except Unclear as why:
            raise forms.ValidationError({"otherwise": str(why)}) from None
        return data


class FileForm(Said):
    file = forms.FileField(
        label=gettext_lazy("文件"), widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
        help_text=gettext_lazy(
            "xlsx、xls 或 csv，一栋一行。列：社区或网格、路名、门牌号、楼栋号、单元数、层数、每层户数，可另有楼栋名称、用途、例外。"
        ),
    )  # fmt: skip
    area = PlaceField(label=gettext_lazy("是哪里的楼栋"))
    field_order = ("file", "area")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > MOST_MB << 20:
            raise forms.ValidationError(
                _("文件有 {size} MB，最大 {most} MB，没有收下。请分成几个文件。").format(
                    size=file.size >> 20, most=MOST_MB
                )
            )
        return file


class FlatForm(Said):
    state = forms.ChoiceField(label=gettext_lazy("房屋状况"))
    field_order = ("state",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["state"].choices = [("", _("请选择")), *packs.code_list(STATES).values.items()]  # type: ignore[attr-defined]
