"""Pairs of records that may be one person's, judged one after the other, the likeliest first."""

from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lifang.blocks.registry import judging
from lifang.blocks.registry.linkage import weigh
from lifang.blocks.registry.models import Pair, Record
from lifang.blocks.registry.pages.comparing import compared, weighed
from lifang.blocks.registry.pages.looking import PAIR, leaves_a_row, looked
from lifang.ground.access.doors import Foreign, serves
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import current, system_scope
from lifang.ground.typed import whole

LISTED = 30
LONGEST = 200


def waiting() -> QuerySet[Pair]:
    """What nobody looked at yet first, then what was put off; the likeliest before the others."""
    here = Pair.objects.filter(in_places("area", current().places), state=Pair.State.UNSURE)
    return here.order_by(F("at").asc(nulls_first=True), "-weight", "pk")


def reason_in(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\0", "").strip()[:LONGEST]


@never_cache
@require_safe
@leaves_a_row
@serves("person.link")
def top(request: HttpRequest) -> HttpResponse:
    """The pair that is asked for (`?pair=`), else the first."""
    return _page(request, whole(request.GET.get("pair", "")))


def _page(request: HttpRequest, wanted: int | None, **more: Any) -> HttpResponse:
    """The queue with one pair of it open. `more` may hold what was refused, and the status."""
    queue = list(waiting()[:LISTED])
    pair = waiting().filter(pk=wanted).first() if wanted else None
    pair = pair or (queue[0] if queue else None)
    status = more.pop("status", 200)
    context: dict[str, Any] = {"pair": pair, "count": waiting().count(), "clear": weigh.CLEAR, **more}
    if pair is not None:
        keys = [one.pk for one in queue]
        at = keys.index(pair.pk) if pair.pk in keys else -1
        context["previous"] = keys[at - 1] if at > 0 else None
        context["following"] = keys[at + 1] if at + 1 < len(keys) else None
        context["put_off"] = pair.at is not None
        with system_scope("registry"):
            people = Record.objects.select_related("system").in_bulk(
                [*(one.left_id for one in queue), *(one.right_id for one in queue), pair.left_id, pair.right_id]
            )
            context["queue"] = [(one, people[one.left_id].name, people[one.right_id].name) for one in queue]
            context["sides"] = left, right = people[pair.left_id], people[pair.right_id]
            context["rows"] = compared(left, right)
            context["why"] = weighed(left, right, pair.weight)
            numbers = [judging.numbers_of(side.person_id) for side in (left, right)]
            context["two_numbers"] = all(numbers) and numbers[0] != numbers[1]
        for person in {left.person_id, right.person_id}:
            looked(request, what=PAIR, area=pair.area, object_id=person, pair=pair.pk)
    return render(request, "registry/review.html", context, status=status)


def _pair_here(pk: int) -> Pair:
    found = Pair.objects.filter(in_places("area", current().places), pk=pk).first()
    if found is not None:
        return found
    with system_scope("registry"):
        area = Pair.objects.filter(pk=pk).values_list("area", flat=True).first()
    raise Foreign(_("没有这一对记录，或者你没有核对它的权限。"), kind="resident", object_id=f"pair {pk}", area=area)


@never_cache
@require_POST
@leaves_a_row
@serves("person.link")
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """`act`: same, apart or later. The next pair follows."""
    pair, act, reason = _pair_here(pk), request.POST.get("act", ""), reason_in(request)
    following = whole(request.POST.get("following", ""))
    try:
        if act == "same":
            two = request.POST.get("two_numbers") == "yes"
            judging.same(pair=pair, by=request.user, reason=reason, two_numbers=two)  # type: ignore[arg-type]
            messages.success(request, _("已合并为同一人。合错了可以在「合并与拆分」里撤销。"))
        elif act == "apart":
            judging.apart(pair=pair, by=request.user, reason=reason)  # type: ignore[arg-type]
            messages.success(request, _("已记下不是同一人，以后不再问，也不会自动合并。"))
        elif act == "later":
            judging.later(pair=pair, by=request.user)  # type: ignore[arg-type]
            messages.info(request, _("已放到最后，以后再看。"))
        else:
            return _page(request, pk, refused=_("没有选择是不是同一人，什么也没有改变。"), reason=reason, status=422)
    except judging.Decided as decided:
        return _page(request, following, decided=decided.pair, mine=decided.pair.by_id == request.user.pk, status=409)
    except judging.Refused as refused:
        return _page(request, pk, refused=str(refused), reason=reason, status=422)
    return redirect(reverse("review") + (f"?pair={following}" if following else ""))
