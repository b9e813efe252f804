"""Filters kept under a name."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lifang.blocks.lists.filters import asked_of
from lifang.blocks.lists.forms import SaveForm
from lifang.blocks.lists.models import SavedList
from lifang.blocks.registry.pages.persons import FUNCTION
from lifang.ground.access.doors import serves
from lifang.ground.access.models import User

MOST = 50


@require_POST
@serves(FUNCTION)
def save(request: HttpRequest) -> HttpResponse:
    """`/desk/persons/saved/?<filters>`: the words of a search are not kept."""
    query, form = asked_of(request.GET), SaveForm(request.POST)
    address = f"{reverse('persons')}?{request.GET.urlencode()}"
    user: User = request.user  # type: ignore[assignment]
    if not query:
        messages.error(request, _("没有保存：先选几个条件。姓名、号码等输入的内容不会存进名单。"))
    elif not form.is_valid():
        messages.error(request, _("没有保存：请给名单取个名称，最多 40 个字。"))
    elif SavedList.objects.filter(user=user.pk).count() >= MOST:
        messages.error(request, _("没有保存：一个人最多存 {n} 个名单，请先删几个。").format(n=MOST))
    else:
        unit = user.unit if form.cleaned_data["shared"] else None
        try:
            with transaction.atomic():
                SavedList.objects.create(name=form.cleaned_data["name"], query=query, user=user, unit=unit)
        except IntegrityError:
            messages.error(
                request, _("没有保存：你已有一个叫「{name}」的名单。").format(name=form.cleaned_data["name"])
            )
        else:
            messages.success(request, _("已存为「{name}」。").format(name=form.cleaned_data["name"]))
    return redirect(address)


@require_POST
@serves(FUNCTION)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    gone, _kinds = SavedList.objects.filter(pk=pk, user=request.user.pk).delete()
    if not gone:
        raise Http404(_("没有这个名单，或者不是你存的。"))
    messages.success(request, _("名单已删去。"))
    return redirect("persons")


def saved_lists(user: int | None) -> list[tuple[SavedList, str, bool]]:
    """Each list that a person may use, its address, and whether it is their own."""
    rows = SavedList.objects.select_related("user").order_by("name", "pk")
    return [(one, f"{reverse('persons')}?{urlencode(one.query)}", one.user_id == user) for one in rows]
