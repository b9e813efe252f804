"""Desk pages of the exchange: contracts, what went out under them, and what came in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from lifang.blocks.exchange import coming, contracts, tasks
from lifang.blocks.exchange.models import Contract, Sent
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import systems
from lifang.blocks.registry.imports import actions, files
from lifang.blocks.registry.models import Import, System
from lifang.blocks.registry.pages.imports import FORMS
from lifang.blocks.registry.pages.reaching import home, import_here
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.forms import Day, PlaceField, suggestions
from lifang.ground.access.models import User
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Holdings, current
from lifang.ground.access.vault import Unreadable
from lifang.ground.areas.queries import names
from lifang.ground.files.tables import BadFile
from lifang.ground.trail.actions import record

LISTED = 50
WHOLE = "person.reveal"


class ContractForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    system = forms.ModelChoiceField(
        System.objects.none(), label=gettext_lazy("给哪个系统"), empty_label=gettext_lazy("请选择"),
        help_text=gettext_lazy("先在数据来源里登记。"),
    )  # fmt: skip
    area = PlaceField(label=gettext_lazy("给哪里的居民"))
    elements = forms.MultipleChoiceField(
        label=gettext_lazy("给哪些数据元"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只给约定里写明的；特别保护的不经这里给。"),
    )  # fmt: skip
    sealed = forms.BooleanField(
        label=gettext_lazy("号码、电话等加密的内容给完整的"), required=False,
        help_text=gettext_lazy("不勾的，号码和电话遮住中间，其余加密的内容不给。"),
    )  # fmt: skip
    basis = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, help_text=gettext_lazy("协议或文件的名称和文号。")
    )
    purpose = forms.CharField(label=gettext_lazy("用途"), max_length=200)
    since = Day(label=gettext_lazy("开始日期"), initial=today)
    until = Day(label=gettext_lazy("截止日期"), help_text=gettext_lazy("从这天起不再提供。"))
    account = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("接口账号"), required=False, empty_label=gettext_lazy("不用接口，只给文件"),
        help_text=gettext_lazy("用这个账号的令牌可以通过接口取。"),
    )  # fmt: skip

    def __init__(self, *args: Any, mine: Holdings, **options: Any) -> None:
        super().__init__(*args, **options)
        self.mine = mine
        self.fields["system"].queryset = systems.sending(current().places)  # type: ignore[attr-defined]
        self.fields["account"].queryset = services()  # type: ignore[attr-defined]
        self.fields["elements"].choices = [  # type: ignore[attr-defined]
            (name, one.title) for name, one in packs.elements(home()).items() if one.sensitivity != "special"
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until <= since:
            self.add_error("until", _("截止日期要晚于开始日期。"))
        if data.get("sealed") and data.get("area") and not self.mine.may(WHOLE, data["area"]):
            self.add_error("sealed", _("你在这个地方不能查看完整号码，不能订立给完整号码的约定。"))
        return data


def services() -> QuerySet[User]:
    """Accounts by which nobody signs in."""
    return User.objects.filter(is_active=True, password__startswith="!").order_by("username")


def here() -> QuerySet[Contract]:
    return Contract.objects.filter(in_places("area", current().places)).select_related("system", "account", "by")


def contract_here(pk: int) -> Contract:
    found = here().filter(pk=pk).first()
    if found is None:
        raise Http404(_("没有这个约定，或者你没有查看它的权限。"))
    return found


@require_safe
@serves("data.exchange")
def top(request: HttpRequest) -> HttpResponse:
    places = names({one.area for one in here()}, today())
    went = Sent.objects.filter(in_places("area", current().places)).select_related("contract__system", "by")
    came = Import.objects.filter(in_places("area", current().places)).select_related("system", "by")
    return render(
        request, "exchange/giving.html",
        {
            "contracts": [(one, places.get(one.area, ""), _standing(one)) for one in here().order_by("-pk")],
            "went": went.order_by("-pk")[:LISTED], "came": came.order_by("-pk")[:LISTED],
        },
    )  # fmt: skip


def _standing(one: Contract) -> tuple[str, str]:
    if one.ended_at:
        return _("已终止"), "quiet"
    if today() in one.valid:
        return _("有效"), "good"
    return (_("还没开始"), "info") if today() < one.valid.lower else (_("已到期"), "warn")


@serves("data.exchange")
def create(request: HttpRequest) -> HttpResponse:
    form = ContractForm(request.POST or None, mine=holdings(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        since, until = given.pop("since"), given.pop("until")
        try:
            with transaction.atomic():
                made = Contract.objects.create(**given, valid=(since, until), by=request.user)  # type: ignore[misc]
        except IntegrityError:  # an account fetches under one at a time, wherever the other one is of
            form.add_error("account", _("这个账号在这段时间里已有约定。先终止那一个，或者换一个账号。"))
        else:
            record(
                what="data.contracted", kind="contract", object_id=made.pk, area=made.area, elements=made.elements,
                sealed=made.sealed, basis=made.basis,
            )  # fmt: skip
            messages.success(request, _("已订立「{title}」。").format(title=made.title))
            return redirect("data_contract", made.pk)
    return render(
        request, "exchange/contract_form.html", {"form": form, "places": suggestions(current())},
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_safe
@serves("data.exchange")
def contract(request: HttpRequest, pk: int) -> HttpResponse:
    one = contract_here(pk)
    words, tone = _standing(one)
    facts = [
        (_("给哪个系统"), one.system.title),
        (_("给哪里的居民"), names([one.area], today()).get(one.area, "")),
        (_("数据元"), _("、").join(contracts.titles(one.elements, one.area))),
        (_("号码和电话"), _("给完整的") if one.sealed else _("遮住中间")),
        (_("依据"), one.basis),
        (_("用途"), one.purpose),
        (_("有效期"), _("{since} 到 {until} 前").format(since=one.valid.lower, until=one.valid.upper)),
        (_("接口账号"), one.account.username if one.account else _("不用接口，只给文件")),
        (_("订立"), f"{one.by.name} {timezone.localtime(one.at):%Y-%m-%d}"),
    ]
    sent = one.deliveries.select_related("by").order_by("-pk")[:LISTED]
    return render(
        request, "exchange/contract.html",
        {"one": one, "facts": facts, "words": words, "tone": tone, "sent": sent, "open": tone == "good"},
    )  # fmt: skip


@require_POST
@serves("data.exchange")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    ending, one = request.POST.get("ending", ""), contract_here(pk)
    if not _may_give(request, one):
        return redirect("data_contract", pk)
    made = contracts.order(
        contract=one, ending=ending if ending in contracts.ENDINGS else "xlsx", by=request.user,  # type: ignore[arg-type]
    )  # fmt: skip
    tasks.make.defer(sent_id=made.pk)
    messages.success(request, _("正在后台生成，过一会儿刷新这一页。"))
    return redirect("data_contract", pk)


def _may_give(request: HttpRequest, one: Contract) -> bool:
    """Whole numbers go out by the hand of those only who may see them there."""
    if not one.sealed or holdings(request).may(WHOLE, one.area):
        return True
    messages.error(request, _("这个约定给的是完整号码，要由在那里能查看完整号码的人生成和下载。"))
    return False


@require_POST
@serves("data.exchange")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    one = contract_here(pk)
    if one.ended_at is None:
        one.ended_at = timezone.now()
        one.save(update_fields=["ended_at"])
        record(what="data.contract_ended", kind="contract", object_id=pk, area=one.area)
    return redirect("data_contract", pk)


def _sent_here(pk: int) -> Sent:
    found = Sent.objects.filter(in_places("area", current().places), pk=pk).select_related("contract").first()
    if found is None:
        raise Http404(_("没有这次送出，或者你没有查看它的权限。"))
    return found


@require_POST
@serves("data.exchange")
def download(request: HttpRequest, pk: int) -> HttpResponse:
    sent = _sent_here(pk)
    if not _may_give(request, sent.contract):
        return redirect("data_contract", sent.contract_id)
    try:
        content = files.opened(sent.sha256) if sent.sha256 and sent.ending in contracts.ENDINGS else None
    except (FileNotFoundError, Unreadable):
        content = None
    if content is None:
        messages.error(request, _("这个文件还没有生成好，或者已经不在了。可以再送一次。"))
        return redirect("data_contract", sent.contract_id)
    record(
        what="data.downloaded", kind="contract", object_id=sent.contract_id, area=sent.area, rows=sent.rows,
        sealed=sent.contract.sealed, purpose=sent.contract.purpose,
    )  # fmt: skip
    answer = HttpResponse(content, content_type=FORMS[sent.ending])
    answer.headers["Content-Disposition"] = f'attachment; filename="contract-{sent.contract_id}-{pk}.{sent.ending}"'
    return answer


@require_POST
@serves("data.exchange")
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """A delivery that failed is tried again; one that went is ordered once more."""
    sent = _sent_here(pk)
    if sent.ending not in contracts.ENDINGS:
        messages.error(request, _("这一次是对方通过接口自己取的，没有文件可以再送。"))
        return redirect("data_contract", sent.contract_id)
    if not _may_give(request, sent.contract):
        return redirect("data_contract", sent.contract_id)
    if sent.state == Sent.State.FAILED:
        sent.state, sent.why = Sent.State.WAITING, ""
        sent.save(update_fields=["state", "why"])
    else:
        sent = contracts.order(contract=sent.contract, ending=sent.ending, by=request.user)  # type: ignore[arg-type]
    tasks.make.defer(sent_id=sent.pk)
    messages.success(request, _("正在后台生成，过一会儿刷新这一页。"))
    return redirect("data_contract", sent.contract_id)


@require_POST
@serves("data.import")
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a kept file again, as it came."""
    try:
        made = coming.replay(imported=import_here(pk), by=request.user)  # type: ignore[arg-type]
    except (BadFile, FileNotFoundError, Unreadable, actions.Refused):
        messages.error(request, _("存下的文件已经不在或打不开，没有重放。"))
        return redirect("data_import", pk)
    messages.success(request, _("照原样重新读了一遍，看预检的结果：没有变化的行不会重复入库。"))
    return redirect("data_import", made.pk)
