"""Suggestions about what keeps coming back: read with their events, taken up or refused by a person."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from lifang.blocks.cases.models import Case
from lifang.blocks.indicators import patterns, wording
from lifang.blocks.indicators.measures import REPEAT_DAYS
from lifang.blocks.indicators.models import Finding
from lifang.ground.access.doors import serves
from lifang.ground.areas.queries import full_names

SHOWN = 10
STATES = (("open", gettext_lazy("待研判")), ("accepted", gettext_lazy("已采纳")), ("refused", gettext_lazy("未采纳")))


class Decision(forms.Form):
    accepted = forms.TypedChoiceField(
        choices=[("yes", gettext_lazy("采纳")), ("no", gettext_lazy("不采纳"))], coerce=lambda v: v == "yes"
    )
    reason = forms.CharField(label=gettext_lazy("理由或打算怎么做"), max_length=200)


@require_safe
@serves("figures.read")
def findings(request: HttpRequest) -> HttpResponse:
    """`/desk/figures/findings`: the suggestions of one's places, by state."""
    state = request.GET.get("state", "open")
    return _page(request, state if state in dict(STATES) else "open")


def _page(
    request: HttpRequest, state: str, form: Decision | None = None, pk: int | None = None, status: int = 200
) -> HttpResponse:
    page = Paginator(Finding.objects.filter(state=state).order_by("-last_at", "-pk"), SHOWN).get_page(
        request.GET.get("page")
    )
    rows = list(page)
    numbers = {number for f in rows for number in f.cases}
    cases = {c.number: c for c in Case.objects.filter(number__in=numbers).defer("words", "fields", "text")}
    places = full_names({f.area for f in rows}, timezone.localdate())
    titles: dict[str, str] = {}
    for finding in rows:
        titles |= wording.category_names(finding.area, timezone.localdate()) if finding.category not in titles else {}
    return render(
        request,
        "indicators/findings.html",
        {
            "state": state,
            "page": page,
            "states": STATES,
            "least": patterns.LEAST,
            "days": REPEAT_DAYS,
            "rows": [
                {
                    "finding": f,
                    "category": titles.get(f.category, f.category),
                    "place": places.get(f.area, ""),
                    "cases": [cases[n] for n in f.cases if n in cases],
                    "form": form if f.pk == pk else None,
                }
                for f in rows
            ],
        },
        status=status,
    )


@require_POST
@serves("figures.decide")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a suggestion up or refuse it."""
    form = Decision(request.POST)
    if not form.is_valid():
        return _page(request, "open", form, pk, status=422)
    try:
        finding = patterns.decide(
            finding_id=pk,
            accepted=form.cleaned_data["accepted"],
            reason=form.cleaned_data["reason"],
            by=request.user,  # type: ignore[arg-type]
        )
    except Finding.DoesNotExist:
        raise Http404(_("没有这条提示，或者你没有处理它的权限。")) from None
    except patterns.Decided as decided:
        messages.warning(request, str(decided))
    else:
        messages.success(request, _("已记下：{state}。").format(state=finding.get_state_display()))
    return redirect("figures_findings")
