"""Lists: certificates, what may be issued, the seal register, the month."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.packs import service as packs
from lifang.domains.certificates import kinds, letters, papers, queries
from lifang.domains.certificates.asking import CASE
from lifang.domains.certificates.models import Certificate, Fact
from lifang.domains.certificates.pages.reaching import READ, switch
from lifang.ground.access.doors import serves
from lifang.ground.access.ranges import day_in, today
from lifang.ground.areas.codes import COMMUNITY, COUNTY, STREET, at_level, level_of
from lifang.ground.areas.queries import full_names, names
from lifang.ground.typed import whole

PAGE = 50


@never_cache
@require_safe
@serves(READ)
def certificates(request: HttpRequest) -> HttpResponse:
    """`/desk/certificates/?area=&state=&kind=&body=&number=`: the newest first; nobody is named."""
    place, context = switch(request)
    filters = queries.Filters.read(request.GET, place)
    page = Paginator(filters.apply(queries.here()), PAGE).get_page(request.GET.get("page"))
    type_ = packs.case_type(CASE, place, today())
    known = names({one.community for one in page}, today())
    rows = [
        {
            "certificate": one, "state": type_of(one.case).states[one.case.state].title,
            "place": known.get(one.community, ""),
            "over": one.case.state == "issued" and one.until is not None and one.until < today(),
        }
        for one in page
    ]  # fmt: skip
    context |= {
        "rows": rows, "page": page, "filters": filters, "tab": "list",
        "states": [(name, type_.states[name].title) for name in queries.STATES],
        "kinds": [(name, kind.title) for name, kind in kinds.listed(place, today()).items()],
        "wide": level_of(place) < COMMUNITY,
    }  # fmt: skip
    return render(request, "certificates/certificates.html", context)


@never_cache
@require_safe
@serves(READ)
def listed(request: HttpRequest) -> HttpResponse:
    """`/desk/certificates/kinds/`: what may be issued and how, and what not and who does."""
    place, context = switch(request)
    ways, roles = dict(Fact.Way.choices), packs.roles()
    rows = [
        {
            "kind": kind,
            "facts": [(fact.title, [ways[way] for way in fact.checks]) for fact in kind.form.facts.values()] if kind.form else [],
            "signs": [roles[role].title for role in kind.form.signs] if kind.form else [],
        }
        for kind in kinds.listed(place, today()).values()
    ]  # fmt: skip
    refused = [
        (matter, packs.units()[matter.owner].title) for matter in kinds.refused(place, today()).values()
    ]  # fmt: skip
    context |= {"rows": rows, "refused": refused, "tab": "kinds", "short": kinds.short(place, today())}
    return render(request, "certificates/kinds.html", context)


@never_cache
@require_safe
@serves(READ)
def form(request: HttpRequest, name: str) -> HttpResponse:
    """`/desk/certificates/kinds/<name>/form/`: the form to be filled in by hand, as a PDF."""
    place, _context = switch(request)
    kind = kinds.issuable(place, today()).get(name)
    if kind is None or kind.form is None:
        raise Http404(_("这项证明不在可以出具的清单上，没有申请表。"))
    ways = dict(Fact.Way.choices)
    with translation.override(letters.LANGUAGE):
        pdf = papers.printed(
            "application",
            {
                "title": _("{title}申请表").format(title=kind.title),
                "issuer": full_names([at_level(place, COMMUNITY)], today(), COUNTY).get(at_level(place, COMMUNITY), ""),
                "day": [today().year, today().month, today().day],
                "rows": [
                    *(_("姓名"), _("公民身份号码"), _("联系电话"), _("办什么事用"), _("哪个单位要"), _("份数")),
                    _("代办人姓名、与本人的关系（本人来办不填）"),
                ],
                "facts": [
                    [fact.title, _("、").join(str(ways[way]) for way in fact.checks)] for fact in kind.form.facts.values()
                ],
                "words": {
                    "told": _("申请人填写"), "checked": _("工作人员核实"), "how": _("怎样核实"), "result": _("核实情况、核实人、日期"),
                    "sign": _("我申请出具上述证明，所填属实。签名：　　　　　　　日期："),
                },
                "foot": [
                    _("出具后有效 {days} 天，最多 {copies} 份；{limit} 个工作日内办好。").format(
                        days=kind.form.days, copies=kind.form.copies, limit=kind.form.working_days
                    ),
                    _("依据：{rule}").format(rule=kind.matter.citation),
                ],
            },
        )  # fmt: skip
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@never_cache
@require_safe
@serves(READ)
def seals(request: HttpRequest) -> HttpResponse:
    """`/desk/certificates/seals/?area=&year=`: each use of the seal, numbered without a gap."""
    place, context = switch(request)
    year = whole(request.GET.get("year", "")) or today().year
    year = year if 2000 <= year <= 2999 else today().year
    found = queries.seals(place, year)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    known = names({one.area for one in page}, today())
    context |= {
        "rows": [(one, known.get(one.area, "")) for one in page], "page": page, "year": year, "years": queries.years(place),
        "tab": "seals", "wide": level_of(place) < COMMUNITY,
    }  # fmt: skip
    return render(request, "certificates/seals.html", context)


@never_cache
@require_safe
@serves(READ)
def month(request: HttpRequest) -> HttpResponse:
    """`/desk/certificates/month/?area=&month=2026-11`: what was asked for in a month, and who asked in vain for what."""
    place, context = switch(request)
    first = day_in(request.GET.get("month", "")[:7] + "-01") or today().replace(day=1)
    found = queries.month(place, first, kinds.listed(place, today()).keys())
    states = packs.case_type(CASE, place, today()).states
    lines: list[Any] = [(line, [line.states.get(name, 0) for name in queries.STATES]) for line in found.lines]
    context |= {
        "found": found, "lines": lines, "states": [states[name].title for name in queries.STATES], "tab": "month",
        "totals": [sum(line.states.get(name, 0) for line in found.lines) for name in queries.STATES],
        "asked": sum(line.asked for line in found.lines), "copies": sum(line.copies for line in found.lines),
        "before": first - dt.timedelta(days=1), "after": (first + dt.timedelta(days=32)).replace(day=1),
        "latest": first >= today().replace(day=1), "none": not Certificate.objects.exists(),
    }  # fmt: skip
    return render(request, "certificates/month.html", context)


@never_cache
@require_safe
@serves(letters.READ)
def received(request: HttpRequest) -> HttpResponse:
    """`/desk/certificates/letters/`: what communities wrote to the reader's units, the newest first."""
    page = Paginator(queries.received(), PAGE).get_page(request.GET.get("page"))
    known = full_names({at_level(one.area, COMMUNITY) for one in page}, today(), STREET)
    rows = [(one, one.text.split("\n")[0], known[at_level(one.area, COMMUNITY)]) for one in page]
    return render(request, "certificates/letters.html", {"rows": rows, "page": page, "place": "", "tab": "letters"})
