"""Controls written by Python are those that Django's templates write."""

import datetime as dt
import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from lifang.faces import controls
from lifang.faces.controls import Renderer, field

HOSTILE = "<b>\"a\" & 'b'</b>"
CHOICES = [
    ("", gettext_lazy("请选择")), (None, "none"), (1, HOSTILE), (HOSTILE, format_html("{}", HOSTILE)),
    (HOSTILE, [(2, "two"), ("3", HOSTILE)]),
]  # fmt: skip
ATTRS = {
    "id": "id_a",
    "class": HOSTILE,
    "required": True,
    "disabled": False,
    "maxlength": 7,
    "data-when": gettext_lazy("是"),
}
WIDGETS: list[tuple[forms.Widget, list[Any]]] = [
    *((kind(), [None, "", 0, 1.5, HOSTILE, format_html("<i>{}</i>", 1)]) for kind in (
        forms.TextInput, forms.NumberInput, forms.HiddenInput, forms.Textarea
    )),
    (forms.DateInput(), [None, dt.date(2026, 2, 3), "31日"]),
    (forms.DateTimeInput(), [dt.datetime(2026, 2, 3, 4, 5, tzinfo=dt.UTC)]),
    (forms.TimeInput(), [dt.time(4, 5)]),
    (forms.CheckboxInput(), [None, True, False, "yes"]),
    (forms.Select(choices=CHOICES), [None, "", 1, "2", HOSTILE]),
    (forms.NullBooleanSelect(), [None, True]),
    (forms.SelectMultiple(choices=CHOICES), [["1", "3"], None]),
    (forms.RadioSelect(choices=CHOICES), ["1"]),
]  # fmt: skip


@pytest.mark.parametrize("attrs", [{}, ATTRS], ids=["plain", "with attributes"])
@pytest.mark.parametrize(("widget", "values"), WIDGETS, ids=lambda one: type(one).__name__)
def test_a_control_is_the_one_that_djangos_template_writes(
    widget: forms.Widget, values: list[Any], attrs: dict[str, Any]
) -> None:
    for value in values:
        ours, theirs = (widget.render("n&n", value, dict(attrs), by) for by in (Renderer(), DjangoTemplates()))
        assert re.sub(r">\s+<", "><", ours) == re.sub(r">\s+<", "><", theirs), value


def test_every_template_that_is_not_used_stands_with_django() -> None:
    for name in controls.WRITTEN:
        assert DjangoTemplates().get_template(name)


def test_what_is_typed_and_what_is_said_of_it_is_text_in_a_field() -> None:
    class Form(forms.Form):
        place = forms.ChoiceField(label=HOSTILE, help_text=HOSTILE, choices=[("a", "a")], required=False)

    said = field(Form({"place": HOSTILE})["place"])
    assert HOSTILE not in said
    assert "<b>" not in said
    assert 'aria-describedby="id_place_hint id_place_error"' in said


def test_what_was_left_out_is_asked_for_by_its_name() -> None:
    class Form(forms.Form):
        name = forms.CharField(label="姓名", max_length=2)
        kind = forms.ChoiceField(label="方式", choices=[("", "请选择"), ("a", "甲")])
        seen = forms.BooleanField(label="我看过了")
        table = forms.FileField(label="表格")
        text = forms.CharField(label="什么事", error_messages={"required": "几个字也可以。"})

    form = Form({})
    assert "请填写「姓名」。" in field(form["name"])
    assert "请选择「方式」。" in field(form["kind"])
    assert "请勾选「我看过了」。" in field(form["seen"])
    assert "请选择「表格」。" in field(form["table"])
    assert "几个字也可以。" in field(form["text"])
    assert "必填" not in render_to_string("components/form_fields.html", {"form": form})
