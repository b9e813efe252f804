"""A form for each act, made from the inputs that its row of the table names."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.cases.lifecycle import MAX_PHOTOS, MAX_TEXT
from lifang.blocks.packs.shapes import CaseType, Input, Transition
from lifang.ground.clock.limits import Limit, Unit

Choices = Sequence[tuple[Any, Any]]
LIMIT_UNITS = {
    Unit.WORK_HOURS: gettext_lazy("工作时"),
    Unit.URGENT_HOURS: gettext_lazy("紧急工作时（昼夜连续）"),
    Unit.WORKING_DAYS: gettext_lazy("工作日"),
    Unit.NATURAL_DAYS: gettext_lazy("自然日"),
}


@dataclass
class Offer:
    """What the pickers of a case's forms offer, and what they begin with.

    `units`: choices in groups; `areas`, `cases`: (value, words) that are offered while typing; `limits`: act → the
    limit asked for or in force; `extended_in`: the unit in which alone the handling limit can be lengthened.
    """

    units: Choices = ()
    areas: Choices = ()
    cases: Choices = ()
    categories: Choices = ()
    initial: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    extended_in: Unit | None = None


class LimitInput(forms.MultiWidget):
    """A number and its unit; reads as «4 work_hours»."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, only: Unit | None = None) -> None:
        number = forms.NumberInput(
            {"min": "0.5", "max": "400", "step": "0.5", "class": "input input-short", "aria-label": _("数量")}
        )
        units = [(u.value, title) for u, title in LIMIT_UNITS.items() if only in (None, u)]
        unit = forms.Select({"class": "select", "aria-label": _("单位")}, units)
        super().__init__([number, unit], attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [f"{value.amount:g}", value.unit.value] if isinstance(value, Limit) else [None, None]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:  # type: ignore[override]
        amount, unit = super().value_from_datadict(data, files, name)
        return f"{amount} {unit}" if amount else ""


class LimitField(forms.Field):
    widget = LimitInput

    def prepare_value(self, value: Any) -> Any:
        return value

    def bound_data(self, data: Any, initial: Any) -> Any:
        if isinstance(data, str) and " " in data:
            amount, unit = data.split(" ", 1)
            return [amount, unit]
        return data


class Offered(forms.TextInput):
    """A line of text with suggestions."""

    template_name = "cases/offered.html"

    def __init__(self, offers: Choices, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.offers = offers

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["offers"] = self.offers
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs'].get('id', name)}_list"
        return context


class Picker(forms.Select):
    """A select whose options are written in one go: a template for each took longer than the rest of the page."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))

        def written(options: Choices) -> str:
            return "".join(
                f'<option value="{escape(str(key))}"{" selected" if str(key) in chosen else ""}>{escape(str(words))}</option>'
                for key, words in options
            )

        parts = [
            f'<optgroup label="{escape(str(key))}">{written(words)}</optgroup>'
            if isinstance(words, list | tuple)
            else written([(key, words)])
            for key, words in self.choices
        ]
        own = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return mark_safe(f"<select{own}>{''.join(parts)}</select>")


def _select(title: str, choices: Choices, filtered: bool = False) -> forms.Field:
    widget = Picker({"data-narrow": _("输入名称查找")} if filtered else {})
    return forms.ChoiceField(label=title, choices=[("", _("请选择")), *choices], widget=widget)


def _text(item: Input, offer: Offer) -> forms.Field:
    return forms.CharField(label=item.title, widget=forms.Textarea({"rows": 3, "maxlength": MAX_TEXT}))


def _clause(item: Input, offer: Offer) -> forms.Field:
    return forms.CharField(
        label=item.title,
        widget=forms.TextInput({"maxlength": 200}),
        help_text=_("文件名和条款，例如“职责清单第三条第二款”"),
    )


def _date(item: Input, offer: Offer) -> forms.Field:
    today = timezone.localdate().isoformat()
    return forms.CharField(
        label=item.title, widget=forms.TextInput({"type": "date", "min": today, "class": "input-short"})
    )


def _datetime(item: Input, offer: Offer) -> forms.Field:
    return forms.CharField(label=item.title, widget=forms.TextInput({"type": "datetime-local", "class": "input-short"}))


def _unit(item: Input, offer: Offer) -> forms.Field:
    return _select(item.title, offer.units, filtered=True)


def _units(item: Input, offer: Offer) -> forms.Field:
    return forms.MultipleChoiceField(label=item.title, choices=offer.units)


def _case(item: Input, offer: Offer) -> forms.Field:
    widget = Offered(offer.cases, {"inputmode": "numeric", "maxlength": 24})
    return forms.CharField(label=item.title, widget=widget, help_text=_("填案件编号，例如 260302-000417-8"))


def _limit(item: Input, offer: Offer) -> forms.Field:
    return LimitField(label=item.title)


def _choice(item: Input, offer: Offer) -> forms.Field:
    return _select(item.title, list(item.options.items()))


def _number(item: Input, offer: Offer) -> forms.Field:
    return forms.CharField(label=item.title, widget=forms.NumberInput({"step": "any", "class": "input-short"}))


def _bool(item: Input, offer: Offer) -> forms.Field:
    choices = [("true", _("是")), ("false", _("否"))]
    return forms.ChoiceField(label=item.title, choices=choices, widget=forms.RadioSelect({"class": "inline"}))


def _area(item: Input, offer: Offer) -> forms.Field:
    widget = Offered(offer.areas, {"maxlength": 40})
    return forms.CharField(label=item.title, widget=widget, help_text=_("填名称或 15 位代码"))


def _point(item: Input, offer: Offer) -> forms.Field:
    widget = forms.TextInput({"placeholder": "115.89, 28.68"})
    return forms.CharField(label=item.title, widget=widget, help_text=_("经度, 纬度（WGS 84）"))


def _category(item: Input, offer: Offer) -> forms.Field:
    return _select(item.title, offer.categories, filtered=True)


MAKERS: dict[str, Callable[[Input, Offer], forms.Field]] = {
    "text": _text, "clause": _clause, "date": _date, "datetime": _datetime, "unit": _unit, "units": _units,
    "case": _case, "limit": _limit, "choice": _choice, "number": _number, "bool": _bool, "area": _area,
    "point": _point, "category": _category,
}  # fmt: skip


class ActForm(forms.Form):
    """The form of one act. What is typed is judged by the engine, not here."""

    def __init__(
        self, row: Transition, type_: CaseType, offer: Offer, typed: Any = None, kept: Sequence[str] = ()
    ) -> None:
        super().__init__(typed, auto_id=f"{row.act}_%s", initial={**offer.initial, "limit": offer.limits.get(row.act)})
        self.row, self.kept = row, list(kept)
        self.takes_photos = any(type_.inputs[n].kind == "photos" for n in (*row.needs, *row.takes))
        self.most_photos = MAX_PHOTOS - len(self.kept)
        self.key = (typed or {}).get("key") or str(uuid.uuid4())
        for name in (*row.needs, *row.takes):
            item = type_.inputs[name]
            if item.kind == "photos":
                continue
            made = MAKERS[item.kind](item, offer)
            if item.kind == "limit" and "check_extension" in row.effects:
                made.widget = LimitInput(only=offer.extended_in)
            made.required = name in row.needs
            self.fields[name] = made

    def _clean_fields(self) -> None:
        """Nothing is refused here."""

    def renew(self) -> None:
        """A fresh key: what was typed is sent again as another act."""
        self.key = str(uuid.uuid4())

    def refuse(self, name: str, message: str) -> None:
        self.full_clean()
        self.add_error(name if name in self.fields else None, message)


def typed_data(row: Transition, type_: CaseType, posted: MultiValueDict[str, Any]) -> dict[str, Any]:
    """What was typed into an act's form, by input; pictures are added by the page."""
    data: dict[str, Any] = {}
    for name in (*row.needs, *row.takes):
        kind = type_.inputs[name].kind
        if kind == "limit":
            data[name] = LimitInput().value_from_datadict(posted, {}, name)
        elif kind == "units":
            data[name] = posted.getlist(name)
        elif kind == "photos":
            continue
        else:
            data[name] = posted.get(name, "").strip()
    return data
