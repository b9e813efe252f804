"""What administrators type about people, units and grants."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.ground.access.models import Role, Unit, UnitKind, User
from lifang.ground.access.queries import in_places, units_of
from lifang.ground.access.ranges import FIRST, LAST, today
from lifang.ground.access.scope import Scope, current
from lifang.ground.areas import codes
from lifang.ground.areas.models import Area

SUGGESTED_LEVELS = (codes.CITY, codes.COUNTY, codes.STREET)


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_validators = [MinValueValidator(FIRST), MaxValueValidator(LAST)]


class PlaceField(forms.CharField):
    """A place by its code or by its whole name; cleans to the 15-digit code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=80, help_text=gettext_lazy("写名称，如「东湖区」，或写区划代码。"), **options)
        self.widget.attrs["list"] = "places"

    def clean(self, value: Any) -> int | None:
        words = super().clean(value).strip()
        if not words:
            return None
        first = words.split()[0]
        if first.isdigit():
            return self._by_code(first)
        found = list(_standing(current()).filter(name=words).order_by("code")[:4])
        if len(found) > 1:
            shown = _("、").join(f"{area.name} {codes.text(area.code)}" for area in found)
            raise forms.ValidationError(_("有几个地方都叫这个名字，请改写代码：{shown}").format(shown=shown))
        if not found:
            raise forms.ValidationError(_("在你管理的范围内没有找到「{words}」。").format(words=words))
        return found[0].code

    def _by_code(self, text: str) -> int:
        try:
            code = codes.parse(text)
        except codes.BadCode as error:
            raise forms.ValidationError(str(error)) from None
        if not _standing(current()).filter(code=code).exists():
            raise forms.ValidationError(_("在你管理的范围内没有代码 {code}。").format(code=text))
        return code


def _standing(scope: Scope) -> Any:
    return Area.objects.as_of(today()).filter(in_places("code", scope.places))


def place_words(code: int | None) -> str:
    """A place as it can be typed into a PlaceField: by its name, with its code where others are called the same."""
    name = Area.objects.as_of(today()).filter(code=code).values_list("name", flat=True).first() if code else None
    if name is None:
        return ""
    alone = Area.objects.as_of(today()).filter(name=name).count() == 1
    return name if alone else f"{codes.text(code)} {name}"  # type: ignore[arg-type]


def suggestions(scope: Scope) -> list[tuple[str, str]]:
    """Code and name of the cities, counties and streets within reach, for the input's list."""
    rows = _standing(scope).filter(level__in=SUGGESTED_LEVELS).order_by("code").values_list("code", "name")
    return [(codes.text(code), name) for code, name in rows]


class PersonForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("所在单位"), required=False, empty_label=gettext_lazy("请选择")
    )
    email = forms.EmailField(label=gettext_lazy("电子邮箱"), required=False)
    notify_url = forms.CharField(
        label=gettext_lazy("提醒地址"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("收消息的机器人或邮箱，如 wecombot://… 、mailto://…；留空则只在系统内提醒。"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = units_of(current()).filter(active=True).order_by("area", "kind")  # type: ignore[attr-defined]


class NewPersonForm(PersonForm):
    username = forms.CharField(
        label=gettext_lazy("登录名"), max_length=60, help_text=gettext_lazy("3 到 60 位，定了不再改。")
    )
    field_order = ("username", "name", "unit", "email", "notify_url")


class GrantForm(forms.Form):
    role = forms.ModelChoiceField(
        Role.objects.none(), label=gettext_lazy("角色"), empty_label=gettext_lazy("请选择"), to_field_name="code"
    )
    area = PlaceField(label=gettext_lazy("地域"), required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("为哪个单位"),
        required=False,
        empty_label=gettext_lazy("不按单位"),
        help_text=gettext_lazy("部门承办人只看本单位经手的案件，要选单位，地域随单位。"),
    )
    since = Day(label=gettext_lazy("开始日期"), initial=today)
    until = Day(label=gettext_lazy("截止日期"), required=False, help_text=gettext_lazy("含当日；留空则不设期限。"))
    purpose = forms.CharField(
        label=gettext_lazy("用途"), max_length=200, help_text=gettext_lazy("为什么要这项权限，如「接替某岗位」。")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].queryset = Role.objects.exclude(functions=[]).order_by("pk")  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units_of(current()).filter(active=True).order_by("area", "kind")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        role: Role | None = data.get("role")
        if role and not role.unit_bound:
            data["unit"] = None
            if data.get("area") is None and "area" not in self.errors:
                self.add_error("area", _("请写明在哪个地域。"))
        return data


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


class UnitForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    active = forms.BooleanField(label=gettext_lazy("在用"), required=False)


class NewUnitForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    kind = forms.ModelChoiceField(
        UnitKind.objects.order_by("code"), label=gettext_lazy("职责类别"), empty_label=gettext_lazy("请选择")
    )
    area = PlaceField(label=gettext_lazy("负责地域"))
    code = forms.CharField(
        label=gettext_lazy("编码"), max_length=40, required=False, help_text=gettext_lazy("留空则按地域和类别自动编。")
    )


def initial_of(user: User) -> dict[str, Any]:
    return {"name": user.name, "unit": user.unit_id, "email": user.email, "notify_url": user.notify_url}
