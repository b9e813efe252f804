"""Fields of forms and their controls, written by Python: Django's template for each attribute of each option would cost half
of a page of fields. What is not written here, Django's templates write."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms import BoundField, Field
from django.forms.renderers import DjangoTemplates
from django.forms.widgets import CheckboxInput, ChoiceWidget, FileInput
from django.http import HttpRequest
from django.utils.html import conditional_escape as escaped
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lifang.ground.signs import icon

Widget = Mapping[str, Any]
LEFT_OUT = Field.default_error_messages["required"]


class Renderer(DjangoTemplates):
    """The same as Django's templates give, without their empty lines."""

    def render(self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None) -> str:
        write = WRITTEN.get(template_name)
        return write(context["widget"]) if write else super().render(template_name, context, request)  # type: ignore[arg-type]


def _attrs(widget: Widget) -> str:
    return "".join(
        f" {escaped(name)}" if value is True else f' {escaped(name)}="{escaped(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{escaped(widget["value"])}"'
    return f'<input type="{escaped(widget["type"])}" name="{escaped(widget["name"])}"{value}{_attrs(widget)}>'


def _textarea(widget: Widget) -> str:
    return f'<textarea name="{escaped(widget["name"])}"{_attrs(widget)}>\n{escaped(widget["value"] or "")}</textarea>'


def _select(widget: Widget) -> str:
    groups = "".join(
        f'<optgroup label="{escaped(title)}">{_options(options)}</optgroup>' if title else _options(options)
        for title, options, _at in widget["optgroups"]
    )
    return f'<select name="{escaped(widget["name"])}"{_attrs(widget)}>{groups}</select>'


def _options(options: list[Widget]) -> str:
    return "".join(
        f'<option value="{escaped(one["value"])}"{_attrs(one)}>{escaped(one["label"])}</option>' for one in options
    )


PLACE = "django/forms/widgets/"
WRITTEN: Mapping[str, Callable[[Widget], str]] = {
    **{f"{PLACE}{one}.html": _input for one in ("text", "number", "date", "datetime", "time", "hidden", "checkbox")},
    f"{PLACE}textarea.html": _textarea,
    f"{PLACE}select.html": _select,
}


def field(bound: BoundField, hint: str | None = None, big: bool = False) -> SafeString:
    """One field of a form: label, hint (else the field's help text), error, control.

    Controls that take several answers become a fieldset.
    """
    hint = str(bound.help_text) if hint is None else hint
    kind = getattr(bound.field.widget, "input_type", "") or type(bound.field.widget).__name__.lower()
    several = bound.use_fieldset
    check = kind == "checkbox" and not several
    control = bound.as_widget(attrs=_given(bound, kind, several, hint))
    if bound.is_hidden:
        return control
    box, head = ("fieldset", "legend") if several else ("div", "label")
    css = f"field{' field-check' if check else ''}{' field-big' if big else ''}{' is-wrong' if bound.errors else ''}"
    at = "" if several else f' for="{escaped(bound.id_for_label)}"'
    optional = "" if check or bound.field.required else f' <span class="optional">{_("（选填）")}</span>'
    parts = [
        f'<{box} class="{css}">',
        control if check else "",
        f"<{head}{at}>{escaped(bound.label)}{optional}</{head}>",
    ]
    if hint:
        parts.append(f'<div class="field-hint" id="{bound.auto_id}_hint">{escaped(hint)}</div>')
    if bound.errors:
        said = " ".join(escaped(one) for one in said_of(bound))
        parts.append(
            f'<div class="field-error" id="{bound.auto_id}_error">{icon("alert-circle", size="sm")}<span>{said}</span></div>'
        )
    return SafeString("".join([*parts, "" if check else control, f"</{box}>"]))


def said_of(bound: BoundField) -> list[str]:
    """What is wrong with a field, in words; of one that was left out, Django's own words do not name it."""
    named = _("请填写「{title}」。")
    if isinstance(bound.field.widget, CheckboxInput):
        named = _("请勾选「{title}」。")
    elif isinstance(bound.field.widget, (ChoiceWidget, FileInput)):
        named = _("请选择「{title}」。")
    return [
        named.format(title=bound.label) if error.message is LEFT_OUT else str(words)
        for error, words in zip(bound.errors.as_data(), bound.errors, strict=True)
    ]


def _given(bound: BoundField, kind: str, several: bool, hint: str) -> dict[str, str | bool]:
    """The attributes of the control."""
    own = bound.field.widget.attrs
    css = "" if several else {"checkbox": "check", "select": "select"}.get(kind, "input")
    css = f"{css} {own.get('class', '')}".strip()
    attrs: dict[str, str | bool] = {"class": css} if css else {}
    if own.get("placeholder") == bound.label:
        attrs["placeholder"] = ""
    if kind == "textarea" and own.get("rows") == "10":  # Django's default is too tall here
        attrs["rows"] = "4"
    described = [f"{bound.auto_id}_hint"] if hint else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return attrs
