"""A guardian's consent for a child's data: what was agreed and withdrawn, on which paper, and one more."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lifang.blocks.packs import service as packs
from lifang.blocks.privacy import consenting, statement
from lifang.blocks.privacy.models import Consent
from lifang.blocks.privacy.statement import Section
from lifang.blocks.registry import beside, children
from lifang.blocks.registry.dossier import Dossier
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.one import person_here
from lifang.ground.access.doors import Foreign, holdings, serves
from lifang.ground.access.forms import Day
from lifang.ground.access.ranges import today

FUNCTION = "person.consent"


class ConsentForm(forms.Form):
    guardian = forms.CharField(label=gettext_lazy("监护人姓名"), max_length=60)
    relation = forms.CharField(
        label=gettext_lazy("是孩子的什么人"), max_length=20, help_text=gettext_lazy("如母亲、父亲、祖父。")
    )
    uses = forms.MultipleChoiceField(
        label=gettext_lazy("同意做什么"), choices=Consent.Use.choices, widget=forms.CheckboxSelectMultiple
    )
    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=100,
        help_text=gettext_lazy("写明做什么用，如暑期托管报名、疫苗接种通知。"),
    )
    paper = forms.CharField(
        label=gettext_lazy("凭据"), max_length=100, help_text=gettext_lazy("如同意书编号、核对过的户口簿。")
    )
    since = Day(label=gettext_lazy("哪天同意的"), initial=today)

    def clean_since(self) -> dt.date:
        day: dt.date = self.cleaned_data["since"]
        if day > today():
            raise forms.ValidationError(_("日期不能在今天以后。"))
        return day


class WithdrawForm(forms.Form):
    on = Day(label=gettext_lazy("哪天撤回的"), initial=today)
    note = forms.CharField(label=gettext_lazy("谁来撤回的、怎么说的"), max_length=100)

    def __init__(self, *args: Any, since: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.since = since

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"]
        if not self.since <= day <= today():
            raise forms.ValidationError(_("要在同意的那天以后、今天以前。"))
        return day


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves(FUNCTION)
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/persons/<pk>/consent/`"""
    person = person_here(pk)
    if person.into_id is not None:
        return redirect("person_consent", person.into_id)
    child = children.is_child(person, today())
    form = ConsentForm(request.POST or None) if child else None
    if form is not None and form.is_valid():
        consenting.agree(person=person, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("已登记监护人的同意。"))
        return redirect("person_consent", pk)
    return _page(request, person, form=form)


@never_cache
@require_POST
@serves(FUNCTION)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """`/desk/persons/consent/<pk>/withdraw/`: from now on it counts no more; what was done before stays."""
    found = Consent.objects.select_related("person__into").filter(pk=pk).first()
    if found is None:
        raise Foreign(_("没有这份同意，或者你没有查看它的权限。"), kind="resident", object_id="", area=None)
    person = found.person.into or found.person
    form = WithdrawForm(request.POST, since=found.since)
    if not form.is_valid():
        return _page(request, person, tried=pk, withdrawing=form)
    if consenting.withdraw(consent=found, by=request.user, **form.cleaned_data):  # type: ignore[arg-type]
        messages.success(request, _("已登记撤回。从现在起不再这样用；以前已经做的不变。"))
    else:
        messages.error(request, _("这份同意刚才已经撤回了。"))
    return redirect("person_consent", person.pk)


def _page(
    request: HttpRequest, person: Person, *, form: Any = None, tried: int = 0, withdrawing: Any = None
) -> HttpResponse:
    child = children.is_child(person, today())
    rows = [
        (
            one,
            _uses(one),
            withdrawing if one.pk == tried else WithdrawForm(since=one.since, auto_id=f"id_{one.pk}_%s"),
        )
        for one in consenting.of(person)
    ]
    rule = packs.value("person.child_consent", person.area, today())
    wrong = (form is not None and form.errors) or withdrawing is not None
    return render(
        request, "privacy/consent.html",
        {
            "person": person, "child": child, "rows": rows, "form": form or (ConsentForm() if child else None), "rule": rule,
            "asked": [Consent.Use(use).label for use in rule.value],
        },
        status=422 if wrong else 200,
    )  # fmt: skip


def _uses(one: Consent) -> str:
    return _("、").join(str(Consent.Use(use).label) for use in one.uses)


def _panel(request: HttpRequest, shown: Dossier) -> SafeString | None:
    person = shown.person
    may = holdings(request).may(FUNCTION, person.area)
    if shown.on is not None or not may or not children.is_child(person, today()):
        return None
    rows = [(one, _uses(one)) for one in consenting.of(person) if one.withdrawn_on is None]
    return render_to_string("privacy/consents.html", {"person": person, "rows": rows})


def _section(person: Person, whole: bool) -> Section | None:
    lines = [
        _("{day} {guardian}（{relation}）同意{uses}，用途：{purpose}，凭据：{paper}").format(
            day=one.since,
            guardian=one.guardian,
            relation=one.relation,
            uses=_uses(one),
            purpose=one.purpose,
            paper=one.paper,
        )
        + (_("；{day} 撤回").format(day=one.withdrawn_on) if one.withdrawn_on else "")
        for one in consenting.of(person)
    ]
    return Section(_("监护人的同意"), _("没有监护人同意，不把孩子的资料用在别处"), lines) if lines else None


beside.PANELS.append(_panel)
statement.SECTIONS.append(_section)
