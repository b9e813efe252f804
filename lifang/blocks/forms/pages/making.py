"""The asking department's pages: its forms, what is known of each, those alike, sending, and what came back."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.forms import incoming, merging, outgoing, queries, sending, service
from lifang.blocks.forms.binding import (
    EVERYBODY,
    KEEP,
    changed,
    described,
    of_a_list,
    options,
    people_of,
    spelled_check,
    whom,
)
from lifang.blocks.forms.errors import Refused
from lifang.blocks.forms.forms import IssueForm, MakeForm, ReasonForm, of_matters
from lifang.blocks.forms.models import Issue
from lifang.blocks.forms.pages.reaching import MAKE, download, edition_here, form_here, tabs, user_of
from lifang.blocks.forms.reading import HERE, OUR_OWN, sheet_of, typed_of
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.columns import beyond, words_of
from lifang.blocks.matters.words import PERIODS
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import FormSheet
from lifang.ground.access.doors import serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.files.tables import BadFile

FORM = ["GET", "HEAD", "POST"]


@require_safe
@serves(MAKE)
def mine(request: HttpRequest) -> HttpResponse:
    rows = [
        {"edition": one, "period": PERIODS[one.period], "columns": len(one.sheet["columns"])}
        for one in queries.of_scope(current())
    ]
    unit = user_of(request).unit
    return render(
        request, "forms/mine.html",
        {**tabs(request, "mine"), "rows": rows, "offered": queries.offered(unit, today()).items() if unit else []},
    )  # fmt: skip


def _no_unit(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("你的账号没有所在单位，不能建表。请管理员先写明你在哪个单位。"))
    return redirect("forms_mine")


@require_http_methods(FORM)
@serves(MAKE)
def new(request: HttpRequest) -> HttpResponse:
    """From a file of the department's own: Excel with one or two rows of headers, or XLSForm."""
    unit = user_of(request).unit
    if unit is None:
        return _no_unit(request)
    form = MakeForm(
        request.POST or None, request.FILES or None, unit=unit, initial={"matter": request.GET.get("matter", "")}
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            draft = incoming.read(given["file"].read(), unit)
            sheet = FormSheet(
                form="", title=given["title"] or draft.title, unit=unit.kind, matter=given["matter"],
                period=given["period"], shape=draft.shape, list="",
                register="", where=(), columns=draft.columns, checks=tuple(draft.checks), since=today(), source=OUR_OWN,
                at=HERE,
            )  # fmt: skip
            sheet = replace(sheet, list=whom(sheet, given["people"] or draft.list))
            made = service.make(unit=unit, sheet=sheet, by=user_of(request), layout=draft.workbook)
        except BadFile as refused:
            form.add_error("file", str(refused))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(
                request, _("表单 {code} 已建好。请核对每一列对应什么，再看已有多少。").format(code=made.form.code)
            )
            return redirect("form", made.form_id)
    return render(
        request, "forms/new.html", {**tabs(request, "mine"), "form": form}, status=422 if form.errors else 200
    )


@require_POST
@serves(MAKE)
def take(request: HttpRequest, name: str) -> HttpResponse:
    """A form that a pack brings becomes the unit's own."""
    unit = user_of(request).unit
    if unit is None:
        return _no_unit(request)
    sheet = queries.offered(unit, today()).get(name)
    if sheet is None:
        messages.error(request, _("没有取用：这张样表已经有人取用，或者它的事项不由你们单位下达。"))
        return redirect("forms_mine")
    try:
        made = service.make(unit=unit, sheet=sheet, by=user_of(request), name=name)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("forms_mine")
    return redirect("form", made.form_id)


@require_safe
@serves(MAKE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _one(request, pk)


def _one(
    request: HttpRequest, pk: int, form: IssueForm | None = None, ending: ReasonForm | None = None
) -> HttpResponse:
    """What is known of a form, which are alike, and its sendings."""
    edition = edition_here(pk)
    area, sheet = edition.form.area, sheet_of(edition)
    known = service.known(edition, area)
    alike = service.similar(edition)
    merge = service.mergeable(alike)
    mergings = merging.about(edition.form)
    proposed = {one.other_id for one in mergings if one.edition_id == edition.pk and one.what == one.What.PROPOSED}
    states = {
        one.key: (tone, title, one)
        for tone, title, found in (
            ("good", _("已有"), known.known), ("warn", _("已有，要核对"), known.stale), ("bad", _("数据元已取消"), known.vanished),
            ("info", _("新填"), known.new), ("info", _("还没有数据，要填"), known.missing), ("quiet", _("还没有数据，可以不填"), known.optional),
        )
        for one in found
    }  # fmt: skip
    own = {one.key for one in known.own}
    matter = matters.find(edition.matter, area, today())
    admitted = matter.admitted if matter else None
    units = packs.units()
    communities = queries.communities_below(area, today())
    return render(
        request, "forms/form.html",
        {
            **tabs(request, "mine"), "edition": edition, "sheet": sheet, "known": known, "alike": alike,
            "merge": merge, "mergings": mergings, "unproposed": [one for one in merge if one.other.form_id not in proposed],
            "cost": service.cost(edition, area), "whom": _whom(sheet, area), "own_title": units[sheet.unit].title,
            "columns": [
                {"key": key, "column": column, "from": described(sheet, key, area), "state": states.get(key), "own": key in own}
                for key, column in sheet.columns.items()
            ],
            "matter": matter, "beyond": words_of(beyond(typed_of(sheet), admitted.columns)) if admitted else [], "period": PERIODS[edition.period],
            "checks": [spelled_check(sheet, said) for said in sheet.checks],
            "issues": Issue.objects.filter(edition__form=pk).select_related("edition", "by").order_by("-pk")[:24],
            "editions": edition.form.editions.select_related("by").order_by("-number"),
            "form": form or IssueForm(
                communities=communities, period=edition.period, unexplained=bool(merging.unexplained(edition, merge))
            ), "number": len(communities),
            "ending": ending or ReasonForm(),
        },
        status=422 if (form and form.errors) or (ending and ending.errors) else 200,
    )  # fmt: skip


def _whom(sheet: FormSheet, area: int) -> str:
    """Whom a roster names, where that can be picked."""
    return dict(people_of(area)).get(sheet.list or EVERYBODY, sheet.list) if of_a_list(sheet) else ""


@require_POST
@serves(MAKE)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """The units whose forms ask mostly the same are told that they should be one with this."""
    edition = edition_here(pk)
    try:
        told = merging.propose(edition=edition, found=service.mergeable(service.similar(edition)), by=user_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        units = "、".join(sorted({one.unit.name for one in told}))
        messages.success(request, _("已向{units}建议合并。").format(units=units))
    return redirect("form", pk)


@require_POST
@serves(MAKE)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    edition = edition_here(pk)
    communities = queries.communities_below(edition.form.area, today())
    alone = merging.unexplained(edition, service.mergeable(service.similar(edition)))
    form = IssueForm(request.POST, communities=communities, period=edition.period, unexplained=bool(alone))
    if form.is_valid():
        try:
            made = sending.send(
                edition=edition, places=form.codes, due=form.cleaned_data["due"], by=user_of(request), on=today(),
                recurs=form.cleaned_data.get("recurs", False),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            merging.apart(edition=edition, found=alone, reason=form.cleaned_data.get("apart", ""), by=user_of(request))
            messages.success(request, _("已发给 {n} 个社区，已有的数据都填好了。").format(n=len(made.places)))
            return redirect("form_issue", made.pk)
    return _one(request, pk, form=form)


@require_POST
@serves(MAKE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        service.end(form=form_here(pk), reason=form.cleaned_data["reason"])
        messages.success(request, _("从明天起不再要这张表；已报的都留着。"))
        return redirect("forms_mine")
    return _one(request, pk, ending=form)


@require_safe
@serves(MAKE)
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """The empty table in the sender's own layout; `?as=xlsform` as a questionnaire of what is asked."""
    edition = edition_here(pk)
    sheet = sheet_of(edition)
    if request.GET.get("as") == "xlsform":
        return download(outgoing.xlsform(edition, sheet), f"{edition.form.code}-xlsform")
    return download(outgoing.workbook(edition, sheet, []), edition.form.code)


@require_http_methods(FORM)
@serves(MAKE)
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column is bound to; saved, it is the next version of the form."""
    edition = edition_here(pk)
    sheet, area = sheet_of(edition), edition.form.area
    given: dict[str, Any] = {
        "title": sheet.title, "matter": sheet.matter, "period": sheet.period, "reason": "", "people": sheet.list or EVERYBODY,
        "checks": "\n".join(spelled_check(sheet, said) for said in sheet.checks),
    }  # fmt: skip
    chosen: dict[str, str] = {}
    optional = {key for key, one in sheet.columns.items() if one.optional}
    wrong = ""
    if request.method == "POST":
        given = {name: request.POST.get(name, said)[:4000] for name, said in given.items()}
        chosen = {key: request.POST.get(f"b:{key}", KEEP) for key in sheet.columns}
        optional = set(request.POST.getlist("optional"))
        try:
            with transaction.atomic():
                service.revise(
                    form=edition.form, sheet=changed(sheet, given, chosen, optional), reason=given["reason"],
                    by=user_of(request),
                )  # fmt: skip
        except Refused as refused:
            wrong = refused.message
        else:
            messages.success(request, _("已保存为新的一版；以前报的表不变。"))
            return redirect("form", pk)
    rows = [
        {
            "key": key, "column": one, "from": described(sheet, key, area), "options": options(sheet, one, area),
            "chosen": chosen.get(key, KEEP), "optional": key in optional,
        }
        for key, one in sheet.columns.items()
    ]  # fmt: skip
    return render(
        request, "forms/columns.html",
        {
            **tabs(request, "mine"), "edition": edition, "rows": rows, "given": given, "wrong": wrong,
            "matters": of_matters(area, edition.form.unit), "periods": PERIODS.items(),
            "whom": people_of(area) if of_a_list(sheet) else [],
        },
        status=422 if wrong else 200,
    )  # fmt: skip
