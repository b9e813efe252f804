"""The form of a service: only what is missing or stale is asked, the rest stands there with its origin."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.cases.lifecycle import storable
from lifang.blocks.exchange.forms import field_of
from lifang.blocks.exchange.typed import read_values
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Question, Service
from lifang.domains.counter.actions import Form, Visitor, known_of
from lifang.domains.counter.filled import applies
from lifang.domains.counter.knowing import NOBODY, Profile
from lifang.domains.counter.words import CHANNELS, CONSENTS
from lifang.domains.grid.gazetteer import place_named
from lifang.ground.access.forms import Day
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, GRID, level_of, parent_of

PHONE = re.compile(r"[\d\s+()（）-]{5,20}")
LONGEST = 300
TRUTHS = [("", gettext_lazy("请选择")), ("true", gettext_lazy("是")), ("false", gettext_lazy("否"))]


class Text(forms.CharField):
    def clean(self, value: Any) -> Any:
        if isinstance(value, str) and not storable(value):
            raise forms.ValidationError(_("里面有不能保存的字符，请改一改。"))
        return super().clean(value)


class Phone(Text):
    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found and not PHONE.fullmatch(found):
            raise forms.ValidationError(_("电话里有认不出的字符，请只写数字。"))
        return found


def _has_come(day: dt.date) -> None:
    if day > today():
        raise forms.ValidationError(_("日期不能在今天以后。"))


def _field(asked: Question, area: int) -> forms.Field:
    if asked.element:
        return field_of(packs.elements(area)[asked.element], area)
    match asked.kind:
        case "choice":
            return forms.ChoiceField(label=asked.title, choices=[("", _("请选择")), *asked.options.items()])
        case "truth":
            return forms.ChoiceField(label=asked.title, choices=TRUTHS)
        case "date":
            return Day(label=asked.title, validators=[] if asked.future else [_has_come])
        case "number":
            return forms.DecimalField(label=asked.title, max_digits=12, decimal_places=2, min_value=0)
    return Text(label=asked.title, max_length=LONGEST, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class ServiceForm(forms.Form):
    """`complete=False` takes a form with holes in it, as when papers are still missing."""

    use_required_attribute = False
    lacking = gettext_lazy("请填写“{title}”；现在没有的，可以先按材料不齐受理。")

    def __init__(
        self, *args: Any, service: Service, area: int, profile: Profile = NOBODY, filled: Form | None = None,
        complete: bool = True, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self.service, self.area, self.complete = service, area, complete
        self.profile = profile
        self.known: Mapping[str, Mapping[str, str]] = known_of(service, profile.known)
        if filled:
            self.known = {**filled.known, **self.known}
        for name, asked in service.form.items():
            made = _field(asked, area)
            made.label, made.required = asked.title, asked.required and complete and name not in self.known
            if filled and name in filled.answers:
                made.initial = filled.answers[name]
            elif asked.element in profile.known and not profile.known[asked.element].sealed:
                made.initial = profile.known[asked.element].value if name not in self.known else None
            if asked.when:
                made.widget.attrs["data-when"] = " ".join(
                    f"{self.add_prefix('q_' + other)}={'|'.join(wanted)}" for other, wanted in asked.when.items()
                )
            self.fields[f"q_{name}"] = made
        for at, paper in enumerate(service.materials):
            if not self.held(paper.element):
                label = f"{paper.title}（{paper.note}）" if paper.note else paper.title
                made = forms.BooleanField(label=label, required=False)
                made.initial = bool(filled and paper.title in filled.papers)
                self.fields[f"p_{at}"] = made

    def full_clean(self) -> None:
        """What must be answered hangs on the other answers and is asked in `clean`."""
        needed = [one for name, one in self.fields.items() if name[:2] == "q_" and one.required]
        for one in needed:
            one.required = False
        super().full_clean()
        for one in needed:
            one.required = True

    def field_of(self, question: str) -> str:
        """The name of the field in which a question is answered."""
        return f"q_{question}"

    def held(self, element: str) -> bool:
        return bool(element) and self.profile.fresh(element) is not None

    @property
    def asked(self) -> list[Any]:
        return [self[f"q_{name}"] for name in self.service.form if name not in self.known]

    @property
    def papers(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("p_")]

    @property
    def papers_known(self) -> list[tuple[str, Any]]:
        return [
            (one.title, self.profile.known[one.element]) for one in self.service.materials if self.held(one.element)
        ]

    @property
    def standing(self) -> list[tuple[str, Mapping[str, str], Any]]:
        """Title, what is known, and the field in which one may say that it has changed."""
        return [(self.service.form[name].title, one, self[f"q_{name}"]) for name, one in self.known.items()]

    @property
    def changed_open(self) -> bool:
        return any(bound.errors or bound.data for _title, _one, bound in self.standing)

    @property
    def stale(self) -> list[Any]:
        known = self.profile.known
        return [known[q.element] for q in self.service.form.values() if q.element in known and known[q.element].stale]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        typed = {name: data.get(self.field_of(name)) for name in self.service.form}
        bound = {q.element: str(typed[n]) for n, q in self.service.form.items() if q.element and typed[n]}
        found = read_values(bound, self.area, today())
        self.answers: dict[str, str] = {}
        self.told: dict[str, str] = {}
        for name, asked in self.service.form.items():
            before = {n: one["value"] for n, one in self.known.items()} | self.answers
            if not applies(asked, before) or self.field_of(name) in self.errors:
                continue
            if asked.element in found.wrong and typed[name]:
                self.add_error(self.field_of(name), str(found.wrong[asked.element]))
            elif asked.element in found.values and typed[name]:
                self.answers[name] = self.told[asked.element] = found.values[asked.element]
            elif typed[name] not in (None, "") and not asked.element:
                value = typed[name]
                self.answers[name] = value.isoformat() if isinstance(value, dt.date) else str(value)
            elif asked.required and self.complete and name not in self.known:
                self.add_error(self.field_of(name), self.lacking.format(title=asked.title))
        return data

    @property
    def form(self) -> Form:
        seen = [self.service.materials[int(n[2:])].title for n in self.fields if n[:2] == "p_" and self.cleaned_data[n]]
        known = {name: one for name, one in self.known.items() if name not in self.answers}
        return Form(self.answers, known, [*(title for title, _known in self.papers_known), *seen], self.proxy)

    proxy = ""

    @cached_property
    def missing_papers(self) -> list[str]:
        """Papers that are asked for and were not seen."""
        return [str(bound.label) for bound in self.papers if not self.cleaned_data.get(bound.name)]


class DeskForm(ServiceForm):
    """At the counter: through which channel, who files for whom, and what happens next."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        person = self.profile.person
        offered = [(name, CHANNELS[name]) for name in self.service.channels if name != "page"]
        self.fields["channel"] = forms.ChoiceField(label=_("怎样来的"), choices=offered)
        self.fields["name"] = Text(label=_("姓名"), max_length=40, initial=person.name if person else "")
        if all(one.element != "phone" for name, one in self.service.form.items() if name not in self.known):
            self.fields["phone"] = Phone(label=_("怎样联系（电话）"), required=False, max_length=20)
        self.fields["consent"] = forms.ChoiceField(label=_("谁来办"), choices=list(CONSENTS.items()))
        self.fields["proxy"] = Text(
            label=_("代办人姓名和电话"), max_length=60, required=False,
            help_text=_("本人不在场、不是电话办理的要填。"),
        )  # fmt: skip
        self.fields["result"] = Text(
            label=_("办理结果"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 2})
        )
        self.fields["key"] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("consent") in ("guardian", "written") and not data.get("proxy"):
            self.add_error("proxy", _("请写明代办人是谁、怎么联系。"))
        if self.data.get("go") == "settle" and not data.get("result"):
            self.add_error("result", _("当场办结要写办理结果。"))
        self.proxy = data.get("proxy") or ""
        return data

    @property
    def visitor(self) -> Visitor:
        data, person = self.cleaned_data, self.profile.person
        known = self.profile.fresh("phone")
        phone = data.get("phone") or self.told.get("phone") or (known.value if known else "")
        return Visitor(
            data["name"], phone, person.pk if person else None,
            data["consent"] if data["consent"] != "present" or data["proxy"] else "", data["proxy"],
        )  # fmt: skip


class HomeForm(ServiceForm):
    """From home: a name, a telephone and where one lives; no account."""

    lacking = gettext_lazy("请填写“{title}”。手边没有的，可以打电话或到社区窗口办。")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields = {
            "name": Text(
                label=_("您的姓名"),
                max_length=40,
                widget=forms.TextInput({"autocomplete": "name"}),
                error_messages={"required": _("请写您的姓名。")},
            ),
            "phone": Phone(
                label=_("联系电话"), max_length=20, error_messages={"required": _("请写联系电话，社区好找您。")}
            ),
            "place": Text(
                label=_("住在哪个社区"),
                max_length=60,
                help_text=_("写社区的名称，例如“东风社区”。"),
                error_messages={"required": _("请写您住的社区，申请要交到那里。")},
            ),
            **{name: one for name, one in self.fields.items() if name[:2] == "q_" and name == self.field_of(name[2:])},
            "key": forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4),
        }

    def field_of(self, question: str) -> str:
        """The telephone is asked once."""
        return "phone" if self.service.form[question].element == "phone" else f"q_{question}"

    def clean_place(self) -> int:
        """The community that is named, where one is and no other."""
        code = place_named(self.cleaned_data["place"], self.area)
        code = parent_of(code) if code is not None and level_of(code) == GRID else code
        if code is None or level_of(code) != COMMUNITY:
            raise forms.ValidationError(
                _("没有认出是哪个社区。请写社区的全名，重名的加上街道，例如“董家窑街道东风社区”。")
            )
        return code

    @property
    def asked(self) -> list[Any]:
        return [self[name] for name in self.fields if name[:2] == "q_"]
