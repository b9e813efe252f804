"""What is typed at the desk about a resident: as much as is known, by data element."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.exchange.typed import read_values, writable
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry.pages.one import PURPOSES
from lifang.ground.access.forms import Day
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, GRID
from lifang.ground.areas.models import Area

MOST_PLACES = 400
LONGEST = 200
FIRST = ("name", "number", "phone", "sex", "birth", "address")
HINTS = {
    "identity": gettext_lazy("18 位；会核对校验位。"),
    "date": gettext_lazy("如 1956-02-29、1956年2月29日、19560229。"),
}


def places() -> list[tuple[str, str]]:
    """Communities and grids of one's own places, a community before its grids."""
    found = Area.objects.as_of(today()).filter(in_places("code", current().places), level__gte=COMMUNITY)
    found = found.exclude(layer="construction").exclude(kind="non_place").order_by("code")
    rows = list(found.values_list("code", "name", "level")[:MOST_PLACES])
    return [(str(code), f"　{name}" if level == GRID else name) for code, name, level in rows]


def field_of(element: Element, area: int) -> forms.Field:
    label: Any = element.title
    match element.kind:
        case "code":
            codes = packs.code_list(element.codes, area)
            choices = [("", _("不填")), *{**codes.values, **codes.own}.items()]
            return forms.ChoiceField(label=label, choices=choices, required=False)
        case "truth":
            return forms.ChoiceField(
                label=label, choices=[("", _("不填")), ("是", _("是")), ("否", _("否"))], required=False
            )
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=label, max_length=LONGEST, required=False, widget=widget, help_text=HINTS.get(element.kind, "")
    )


class Grounds(forms.Form):
    """On what an entry rests."""

    held_on = Day(label=gettext_lazy("从哪天起"), initial=today)
    paper = forms.CharField(
        label=gettext_lazy("凭据"), max_length=100,
        widget=forms.TextInput(attrs={"list": "papers", "autocomplete": "off"}),
        help_text=gettext_lazy("看过什么，如户口簿、租房合同、本人口述。"),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)
    asked = forms.BooleanField(label=gettext_lazy("是居民本人要求的"), required=False)

    def clean_held_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["held_on"]
        if day > today():
            raise forms.ValidationError(_("日期不能在今天以后。"))
        return day

    def _read(self, typed: dict[str, str], area: int, names: dict[str, str]) -> dict[str, str]:
        """The values of what was typed; errors go to the fields that `names` gives."""
        found = read_values(typed, area, self.cleaned_data.get("held_on") or today())
        for element, words in found.wrong.items():
            self.add_error(names.get(element, element), str(words))
        return found.values


class EnterForm(Grounds):
    """`values` are read from what was typed; `more` are the fields that are not asked first."""

    area = forms.ChoiceField(label=gettext_lazy("住在哪里"))
    values: dict[str, str]

    def __init__(self, *args: Any, home: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.home = home
        self.elements = writable(home)
        self.fields["area"].choices = [("", _("请选择")), *places()]  # type: ignore[attr-defined]
        for name, element in self.elements.items():
            self.fields[name] = field_of(element, home)
        self.fields["name"].required = True
        self.order_fields([*FIRST, "area", *self.elements, "held_on", "paper", "reason", "asked"])

    @property
    def first(self) -> list[Any]:
        return [self[name] for name in (*FIRST, "area")]

    @property
    def more(self) -> list[Any]:
        return [self[name] for name in self.elements if name not in FIRST]

    @property
    def more_open(self) -> bool:
        return any(bound.errors or bound.data for bound in self.more)

    @property
    def grounds(self) -> list[Any]:
        return [self[name] for name in ("held_on", "paper", "reason", "asked")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        typed = {name: data.get(name) or "" for name in self.elements}
        self.values = self._read(typed, self.home, {})
        known = ("number", "birth", "phone", "address")
        if typed["name"] and "name" not in self.values and "name" not in self.errors:
            self.add_error("name", _("这里没有写出可以登记的内容。"))
        if "name" in self.values and not any(name in self.values or name in self.errors for name in known):
            self.add_error(None, _("除姓名外，身份证号、出生日期、电话、住址至少填一项，不然以后认不出是谁。"))
        return data


class CorrectForm(Grounds):
    """One element's new value, as `value`."""

    def __init__(self, *args: Any, element: str, home: int, area: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.element, self.area = element, area
        one = packs.elements(area)[element]
        if one.kind == "place":
            self.fields["value"] = forms.ChoiceField(label=one.title, choices=[("", _("请选择")), *places()])
        else:
            self.fields["value"] = field_of(one, home)
            self.fields["value"].required = True
        if one.sensitivity == "special":
            choices = [("", _("请选择")), *((str(words), words) for words in PURPOSES)]
            self.fields["purpose"] = forms.ChoiceField(label=_("用途"), choices=choices)
        self.order_fields(["value", "purpose", "held_on", "paper", "reason", "asked"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (typed := data.get("value")) and packs.elements(self.area)[self.element].kind != "place":
            found = self._read({self.element: typed}, self.area, {self.element: "value"})
            if self.element in found:
                data["value"] = found[self.element]
            elif not self.errors:
                self.add_error("value", _("这里没有写出可以登记的内容。"))
        return data
