"""What is typed to change the tree of places."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lifang.ground.access.forms import Day, PlaceField
from lifang.ground.access.ranges import today
from lifang.ground.areas.datum import TO_WGS84
from lifang.ground.areas.enums import Kind, Layer
from lifang.ground.areas.models import Area
from lifang.ground.areas.rewriting import Basis

MOST_PARTS = 6
DATUMS = {
    "wgs84": _("WGS 84（GPS）"),
    "cgcs2000": _("CGCS 2000"),
    "gcj02": _("GCJ-02（高德、腾讯地图）"),
    "bd09": _("BD-09（百度地图）"),
}


class BasisForm(forms.Form):
    """From when and by which document a change holds; the other forms add to it."""

    on = Day(label=_("生效日期"), initial=today)
    document_number = forms.CharField(label=_("文号"), max_length=80, required=False)
    document_title = forms.CharField(label=_("文件名称"), max_length=200)
    reason = forms.CharField(label=_("理由"), max_length=500, required=False, widget=forms.Textarea)

    def basis(self) -> Basis:
        return Basis(**{name: self.cleaned_data[name] for name in BasisForm.base_fields})

    def own(self) -> dict[str, Any]:
        """What is typed beyond the basis."""
        return {name: value for name, value in self.cleaned_data.items() if name not in BasisForm.base_fields}


class RenameForm(BasisForm):
    name = forms.CharField(label=_("新名称"), max_length=120)
    field_order = ("name",)


class MoveForm(BasisForm):
    to = PlaceField(label=_("划到哪里"))
    field_order = ("to",)


class CreateForm(BasisForm):
    name = forms.CharField(label=_("名称"), max_length=120)
    kind = forms.ChoiceField(label=_("类别"), choices=[("", _("请选择")), *Kind.choices])
    layer = forms.ChoiceField(label=_("网格层"), choices=[("", _("不是网格")), *Layer.choices], required=False)
    households = forms.IntegerField(label=_("户数"), min_value=0, max_value=10**7, required=False)
    population = forms.IntegerField(label=_("人口"), min_value=0, max_value=10**8, required=False)
    field_order = ("name", "kind", "layer", "households", "population")


class SplitForm(BasisForm):
    """Names of the parts, one a line, and for every place below to which part it goes."""

    names = forms.CharField(
        label=_("拆成哪几个"), widget=forms.Textarea, help_text=_("每行一个名称，2 到 6 个；仍用原名的写原名。")
    )
    field_order = ("names",)

    def __init__(self, *args: Any, children: Sequence[Area], **options: Any) -> None:
        super().__init__(*args, **options)
        self.children = children
        choices = [("", _("按位置判断")), *((str(n), _("第 %(n)s 个") % {"n": n}) for n in range(1, MOST_PARTS + 1))]
        for child in children:
            self.fields[f"child_{child.code}"] = forms.ChoiceField(label=child.name, choices=choices, required=False)

    def clean_names(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        if not 2 <= len(names) <= MOST_PARTS:
            raise forms.ValidationError(_("要写 2 到 6 个名称，每行一个。"))
        return names

    def belonging(self, number: int) -> list[int]:
        """The codes below that were given to the part of this number, counted from 1."""
        return [c.code for c in self.children if self.cleaned_data.get(f"child_{c.code}") == str(number)]


class MergeForm(BasisForm):
    """The place and its neighbours of the same parent that become one."""

    others = forms.MultipleChoiceField(label=_("与哪些合并"), widget=forms.CheckboxSelectMultiple)
    name = forms.CharField(label=_("合并后的名称"), max_length=120)
    keep = forms.BooleanField(label=_("沿用本单位的代码"), required=False, initial=True)
    field_order = ("others", "name", "keep")

    def __init__(self, *args: Any, siblings: Sequence[Area], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["others"].choices = [(str(s.code), s.name) for s in siblings]  # type: ignore[attr-defined]


class ImportForm(BasisForm):
    file = forms.FileField(
        label=_("名单"),
        help_text=_("CSV 或 Excel，要有「代码」「名称」两列，可有类别、网格层、户数、人口、经度、纬度。"),
    )
    datum_name = forms.ChoiceField(
        label=_("经纬度的坐标系"),
        choices=[(name, words) for name, words in DATUMS.items() if name in TO_WGS84 or name == "wgs84"],
    )
    field_order = ("file", "datum_name")
