"""What is typed about certificates."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.exchange.typed import read_values
from lifang.blocks.packs.shapes import CertificateForm
from lifang.domains.certificates import letters
from lifang.domains.certificates.checking import Found
from lifang.domains.certificates.facts import Drawn
from lifang.domains.certificates.models import Certificate, Fact, Letter
from lifang.ground.access.forms import Day
from lifang.ground.access.ranges import today

Choices = Iterable[tuple[str, Any]]
OF_OTHERS = {"data-when": f"consent={Certificate.Consent.GUARDIAN}"}


class AskForm(forms.Form):
    """At the counter: for whom it is asked is chosen before."""

    purpose = forms.CharField(label=gettext_lazy("办什么事用"), max_length=100)
    body = forms.CharField(
        label=gettext_lazy("哪个单位要"), max_length=80, required=False, widget=forms.TextInput({"list": "bodies"})
    )
    copies = forms.IntegerField(label=gettext_lazy("份数"), min_value=1, initial=1)
    channel = forms.ChoiceField(
        label=gettext_lazy("怎样申请"), choices=Certificate.Channel.choices[:3], initial=Certificate.Channel.COUNTER
    )
    consent = forms.ChoiceField(
        label=gettext_lazy("怎样同意"), choices=Certificate.Consent.choices, initial=Certificate.Consent.SELF
    )
    proxy = forms.CharField(label=gettext_lazy("代办人姓名"), max_length=60, required=False)
    relation = forms.CharField(label=gettext_lazy("代办人与本人的关系"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=20, required=False)


class UnlistedForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("要的是什么证明"), required=False)
    title = forms.CharField(label=gettext_lazy("列表里没有的，写明名称"), max_length=60, required=False)
    body = forms.CharField(
        label=gettext_lazy("哪个单位要"), max_length=80, required=False, widget=forms.TextInput({"list": "bodies"}),
        help_text=gettext_lazy("写了单位，就同时写一封给它的信：不得要求社区出具，该由谁办。在平台上的单位马上收到。"),
    )  # fmt: skip
    purpose = forms.CharField(label=gettext_lazy("办什么事用"), max_length=100)
    name = forms.CharField(label=gettext_lazy("来问的人怎么称呼"), max_length=60, required=False)

    def __init__(self, *args: Any, kinds: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [("", _("列表里没有")), *kinds]  # type: ignore[attr-defined]


class PublicForm(forms.Form):
    """On a phone, without an account."""

    use_required_attribute = False

    kind = forms.ChoiceField(label=gettext_lazy("要开什么证明"))
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40, widget=forms.TextInput({"autocomplete": "name"}))
    number = forms.CharField(label=gettext_lazy("身份证号"), widget=forms.TextInput({"autocomplete": "off"}))
    phone = forms.CharField(
        label=gettext_lazy("电话"), max_length=20,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel", "type": "tel"}),
    )  # fmt: skip
    purpose = forms.CharField(label=gettext_lazy("办什么事用"), max_length=100)
    body = forms.CharField(label=gettext_lazy("哪个单位要"), max_length=80, required=False)
    copies = forms.IntegerField(label=gettext_lazy("份数"), min_value=1, initial=1)
    consent = forms.ChoiceField(
        label=gettext_lazy("为谁申请"),
        choices=[
            (Certificate.Consent.SELF, gettext_lazy("为自己")),
            (Certificate.Consent.GUARDIAN, gettext_lazy("为我监护的人")),
        ],
    )
    proxy = forms.CharField(
        label=gettext_lazy("您的姓名（为别人申请时）"), max_length=60, required=False, widget=forms.TextInput(OF_OTHERS)
    )
    relation = forms.CharField(
        label=gettext_lazy("您是他的什么人（为别人申请时）"), max_length=60, required=False,
        widget=forms.TextInput(OF_OTHERS),
    )  # fmt: skip

    def __init__(self, *args: Any, area: int, kinds: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.area = area
        self.fields["kind"].choices = [("", _("请选择")), *kinds]  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        """As the register would keep it, whichever way it was typed."""
        found = read_values({"number": self.cleaned_data["number"]}, self.area, today())
        if "number" not in found.values:
            raise forms.ValidationError(
                str(found.wrong.get("number") or _("请填写「{title}」。").format(title=_("身份证号")))
            )
        return found.values["number"]

    def clean(self) -> dict[str, Any]:
        """What stands in fields that are hidden, because it is asked for oneself again, was not said."""
        if self.cleaned_data.get("consent") == Certificate.Consent.SELF:
            self.cleaned_data |= {"proxy": "", "relation": ""}
        return self.cleaned_data


class VerifyForm(forms.Form):
    use_required_attribute = False

    number = forms.CharField(label=gettext_lazy("编号"), max_length=40)
    check_code = forms.CharField(label=gettext_lazy("校验码"), max_length=20)


class LetterForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("现在怎样"))
    way = forms.ChoiceField(label=gettext_lazy("怎样送"), choices=list(letters.BY_HAND.items()))
    on = Day(label=gettext_lazy("哪一天"), initial=today)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, states: Iterable[Letter.State], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["state"].choices = [(state.value, state.label) for state in states]  # type: ignore[attr-defined]


def found_in(form: CertificateForm, typed: Mapping[str, str]) -> dict[str, Found]:
    """What the page says was found of each fact."""
    return {
        name: Found(
            typed.get(f"way_{name}", fact.checks[0]), typed.get(f"value_{name}", ""), typed.get(f"seen_{name}", ""),
            typed.get(f"otherwise_{name}") == "1",
        )
        for name, fact in form.facts.items()
    }  # fmt: skip


def rows_of(
    form: CertificateForm, registers: Mapping[str, Drawn], words: Mapping[str, str], typed: Mapping[str, str],
    wrong: Mapping[str, str],
) -> list[dict[str, Any]]:  # fmt: skip
    """Each fact for the page: what the registers say (in these `words`), the ways in which it may be found, what was typed."""
    ways = dict(Fact.Way.choices)
    rows = []
    for name, fact in form.facts.items():
        held = registers.get(name)
        offered = [way for way in fact.checks if way != Fact.Way.REGISTER or held]
        rows.append(
            {
                "name": name, "title": fact.title, "held": held, "words": words.get(name, ""),
                "ways": [(way, ways[way]) for way in offered],
                "way": typed.get(f"way_{name}") or (offered[0] if offered else ""),
                "value": typed.get(f"value_{name}", ""), "kept": typed.get(f"kept_{name}", ""), "seen": typed.get(f"seen_{name}", ""),
                "otherwise": typed.get(f"otherwise_{name}") == "1", "error": wrong.get(name, ""),
                "simple": offered == [Fact.Way.REGISTER], "possible": bool(offered),
            }
        )  # fmt: skip
    return rows
