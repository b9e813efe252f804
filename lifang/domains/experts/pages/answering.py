"""What an expert sees: the questions put to them, and nothing else of the case."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from lifang.blocks.cases.lifecycle import type_of
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.numbers import normalise
from lifang.blocks.cases.pages.acting import NOTHING_TRIED, Tried, forms_of, open_acts, try_act
from lifang.blocks.cases.reaching import gather
from lifang.domains.experts import queries
from lifang.ground.access.doors import Foreign, acts, serves
from lifang.ground.files.uploads import takes_photos

ON_A_PAGE = 20


@never_cache
@require_safe
@serves(queries.ANSWER)
def asked(request: HttpRequest) -> HttpResponse:
    """`/desk/experts/asked/`: the questions put to the reader, those that wait first."""
    user: Any = request.user
    page = Paginator(queries.asked_of(user), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [_shown(one) for one in page]
    return render(request, "experts/asked.html", {"rows": rows, "page": page})


def _shown(case: Case) -> dict[str, Any]:
    return {
        "case": case,
        "state": type_of(case).states[case.state].title,
        "field": queries.field_title(case.category, case.area),
        "late": case.is_open and case.due_at is not None and case.due_at < timezone.now(),
    }


@never_cache
@csrf_exempt
@takes_photos
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@acts(queries.ANSWER)
def question(request: HttpRequest, number: str) -> HttpResponse:
    """`/desk/experts/asked/<number>/`: one question; a POST answers or declines it."""
    found = _own(request, number)
    tried = try_act(request, found) if request.method == "POST" else NOTHING_TRIED
    if tried.done is not None:
        messages.success(request, _("已送出，谢谢。"))
        return redirect("experts_asked")
    return _page(request, _own(request, number), tried)


def _own(request: HttpRequest, number: str) -> Case:
    user: Any = request.user
    wanted = normalise(number[:40])
    found = queries.asked_of(user).filter(number=wanted).first() if wanted else None
    if found is None:
        raise Foreign(_("没有这个问题，或者请教的不是你。"), kind="case", object_id=number[:24], area=None)
    return found


def _page(request: HttpRequest, case: Case, tried: Tried) -> HttpResponse:
    shown = gather(case, timezone.now())
    mine = [row for row in open_acts(request, shown) if row.by == queries.ANSWER]
    forms, typed = forms_of(request, shown, mine, tried)
    asker = shown.acts[0]
    context = {
        **_shown(case),
        "forms": forms,
        "asker": " ".join(filter(None, [asker.name, asker.unit.name if asker.unit else ""])),
        "open_act": tried.act if typed else "answer",
        "conflict": tried.conflict,
        "trouble": tried.refused.message if tried.refused and not typed else "",
        "lost": "" if typed else request.POST.get("answer", "") or request.POST.get("reason", ""),
    }
    return render(request, "experts/question.html", context, status=tried.status if tried.act else 200)
