"""Pages of whoever manages interfaces: tokens, subscriptions, and what could not be delivered."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifang.blocks.packs import service as packs
from lifang.faces.api import actions, tasks
from lifang.faces.api.models import ApiToken, Delivery, Subscription
from lifang.ground.access.actions import give_grant
from lifang.ground.access.doors import serves
from lifang.ground.access.errors import Refused
from lifang.ground.access.forms import PlaceField, suggestions
from lifang.ground.access.models import Role, Unit, User
from lifang.ground.access.scope import current

MOST_SHOWN = 200


class Placed(forms.Form):
    """What tokens and subscriptions ask alike."""

    user = forms.ChoiceField(
        label=gettext_lazy("使用账号"),
        help_text=gettext_lazy("自己的账号，或由另一位管理员授权的、不供人登录的服务账号。"),
    )
    area = PlaceField(label=gettext_lazy("地域"))
    purpose = forms.CharField(label=gettext_lazy("用途"), max_length=200)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = User.objects.filter(is_active=True, password__startswith="!").order_by("username")[:MOST_SHOWN]
        self.people = {str(user.pk): user for user in (by, *services)}
        self.fields["user"].choices = [(pk, f"{u.name}（{u.username}）") for pk, u in self.people.items()]  # type: ignore[attr-defined]

    def clean_user(self) -> User:
        return self.people[self.cleaned_data["user"]]


class TokenForm(Placed):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    functions = forms.MultipleChoiceField(label=gettext_lazy("职能"), widget=forms.CheckboxSelectMultiple)
    unit = forms.CharField(
        label=gettext_lazy("单位编码"), max_length=40, required=False,
        help_text=gettext_lazy("填了单位，令牌只到这个单位有份的案件。"),
    )  # fmt: skip
    days = forms.IntegerField(label=gettext_lazy("有效天数"), min_value=1, max_value=actions.LONGEST_DAYS, initial=90)
    per_minute = forms.IntegerField(label=gettext_lazy("每分钟次数"), min_value=1, max_value=100_000, initial=120)
    field_order = ("name", "purpose", "user", "functions", "area", "unit", "days", "per_minute")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["functions"].choices = [(n, f"{f.title} {n}") for n, f in packs.functions().items()]  # type: ignore[attr-defined]

    def clean_unit(self) -> Unit | None:
        if not (code := self.cleaned_data["unit"]):
            return None
        unit = Unit.objects.filter(code=code, active=True).first()
        if unit is None:
            raise forms.ValidationError(_("没有编码为「{code}」的在用单位。").format(code=code))
        return unit


class SubscriptionForm(Placed):
    url = forms.URLField(label=gettext_lazy("接收地址"), max_length=500, assume_scheme="https")
    events = forms.CharField(
        label=gettext_lazy("事件"), max_length=600, initial="event.*",
        help_text=gettext_lazy("用空格分开，如 event.dispatch event.close；event.* 表示网格事件的每一步。"),
    )  # fmt: skip
    field_order = ("url", "events", "area", "user", "purpose")

    def clean_events(self) -> list[str]:
        return str(self.cleaned_data["events"]).split()


class AccountForm(forms.Form):
    username = forms.CharField(label=gettext_lazy("登录名"), max_length=60)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    role = forms.ModelChoiceField(
        label=gettext_lazy("角色"), queryset=Role.objects.none(), to_field_name="code",
        help_text=gettext_lazy("谁授予角色，谁就不能再为这个账号发令牌或设推送，要请另一位管理员办理。"),
    )  # fmt: skip
    area = PlaceField(label=gettext_lazy("地域"))
    unit = forms.CharField(label=gettext_lazy("单位编码"), max_length=40, required=False)
    purpose = forms.CharField(label=gettext_lazy("用途"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = Role.objects.order_by("code")  # type: ignore[attr-defined]

    clean_unit = TokenForm.clean_unit


def _add_error(form: forms.Form, error: Refused) -> None:
    form.add_error(error.field if error.field in form.fields else None, error.message)


def _made(request: HttpRequest, asked: type[Placed], make: Callable[..., tuple[Any, str]]) -> tuple[Placed, str]:
    """The form to show, and the secret of what was just made with it."""
    by: User = request.user  # type: ignore[assignment]
    form = asked(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            _row, secret = make(by=by, **form.cleaned_data)
            return asked(by=by), secret
        except Refused as error:
            _add_error(form, error)
    return form, ""


@require_http_methods(["GET", "HEAD", "POST"])
@serves("api.manage")
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of the place; a new one's secret is shown in the answer to its making and never again."""
    form, secret = _made(request, TokenForm, actions.give_token)
    rows = ApiToken.objects.select_related("user", "unit", "granted_by").order_by("-pk")[:MOST_SHOWN]
    context = {
        "form": form,
        "secret": secret,
        "rows": rows,
        "account_form": AccountForm(auto_id="account_%s"),
        "places": suggestions(current()),
    }
    return render(request, "api/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@serves("api.manage")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.revoke_token(by=request.user, token_id=pk)  # type: ignore[arg-type]
    except ApiToken.DoesNotExist:
        raise Http404 from None
    return redirect("api:tokens")


@require_POST
@serves("access.manage")
def account(request: HttpRequest) -> HttpResponse:
    """A service account with one role."""
    by: User = request.user  # type: ignore[assignment]
    form = AccountForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                user = actions.service_account(
                    by=by, username=given["username"], name=given["name"], unit=given["unit"]
                )
                give_grant(
                    by=by,
                    user=user,
                    role=given["role"],
                    area=given["area"],
                    unit=given["unit"],
                    purpose=given["purpose"],
                )
            return redirect("api:tokens")
        except Refused as error:
            _add_error(form, error)
    context = {"form": form, "places": suggestions(current())}
    return render(request, "api/account.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@serves("api.manage")
def webhooks(request: HttpRequest) -> HttpResponse:
    form, secret = _made(request, SubscriptionForm, actions.subscribe)
    rows = Subscription.objects.select_related("user").order_by("-pk")[:MOST_SHOWN]
    failed = Delivery.objects.filter(state="failed").select_related("subscription").order_by("-made_at")[:MOST_SHOWN]
    context = {"form": form, "secret": secret, "rows": rows, "failed": failed, "places": suggestions(current())}
    return render(request, "api/webhooks.html", context, status=422 if form.errors else 200)


@require_safe
@serves("api.manage")
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """The delivery log of one subscription."""
    row = Subscription.objects.select_related("user").filter(pk=pk).first()
    if row is None:
        raise Http404
    deliveries = row.deliveries.prefetch_related("tries").order_by("-made_at")[:MOST_SHOWN]
    return render(request, "api/webhook.html", {"row": row, "deliveries": deliveries})


@require_POST
@serves("api.manage")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.end_subscription(by=request.user, subscription_id=pk)  # type: ignore[arg-type]
    except Subscription.DoesNotExist:
        raise Http404 from None
    return redirect("api:webhooks")


@require_POST
@serves("api.manage")
def again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    try:
        delivery = actions.send_again(by=request.user, delivery_id=pk)  # type: ignore[arg-type]
    except Delivery.DoesNotExist:
        raise Http404 from None
    tasks.deliver.defer(delivery_id=str(delivery.pk))
    return redirect("api:webhook", pk=delivery.subscription_id)
