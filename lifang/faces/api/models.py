"""Tokens of machines, their use of the minute, and what is told to other systems."""

from collections.abc import Sequence
from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifang.ground.access.models import Unit, User
from lifang.ground.access.vault import Sealed

SECRET_OF = "subscription.secret"


@pghistory.track(exclude=["digest", "last_used_at"])
class ApiToken(models.Model):
    """A key by which another system acts as the account `user` under a few functions, at a place, for a purpose.

    Only the SHA-256 of the secret is kept. With `unit` it reaches the cases in which that unit has a part, and
    nothing by place. It never reaches more than the account holds at the moment of use. `areas` are its place and those to
    which that passed, `units` its unit and those that succeeded it, known while it is used. It acts as one of those
    `serving`: that succeeded, and its unit where its place stands still.
    """

    areas: Sequence[int]
    units: Sequence[Unit]
    serving: Sequence[Unit]

    name = models.CharField(_("名称"), max_length=60)
    digest = models.BinaryField(unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="tokens", verbose_name=_("使用账号"))
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="tokens_given", verbose_name=_("授予人"))
    functions = ArrayField(models.CharField(max_length=60), verbose_name=_("职能"))
    area = models.BigIntegerField(_("地域"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, verbose_name=_("单位"))
    purpose = models.CharField(_("用途"), max_length=200)
    valid = DateRangeField(_("有效期"))
    per_minute = models.PositiveIntegerField(_("每分钟次数"), default=120)
    made_at = models.DateTimeField(_("发放时间"), default=timezone.now)
    last_used_at = models.DateTimeField(_("最近使用"), null=True)
    revoked_at = models.DateTimeField(_("收回时间"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(name=""),
                name="token_has_purpose",
                violation_error_message=_("令牌必须写明名称和用途。"),
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False, valid__upper_inf=False),
                name="token_ends",
                violation_error_message=_("令牌要有截止日期，并且晚于开始日期。"),
            ),
            models.CheckConstraint(
                condition=Q(per_minute__gte=1, per_minute__lte=100_000),
                name="token_rate",
                violation_error_message=_("每分钟次数应在 1 到 100000 之间。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def actor_name(self) -> str:
        return f"{self.user.name}({self.name})"[:60]


class SubscriptionQuery(models.QuerySet["Subscription"]):
    def active(self) -> Self:
        return self.filter(ended_at=None)


@pghistory.track(exclude=["secret"])
class Subscription(models.Model):
    """Where acts on cases of a place are told. `topics` are names such as `event.accept`, `event.*` or `*`.

    `secret` signs what is sent and is kept sealed. What is sent never goes beyond what the account `user` may read.
    """

    url = models.URLField(_("地址"), max_length=500)
    topics = ArrayField(models.CharField(max_length=60), verbose_name=_("事件"))
    area = models.BigIntegerField(_("地域"))
    secret = Sealed(binding=SECRET_OF, title=_("推送签名的密钥"))
    purpose = models.CharField(_("用途"), max_length=200)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("使用账号"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("设立人"))
    made_at = models.DateTimeField(_("设立时间"), default=timezone.now)
    ended_at = models.DateTimeField(_("停用时间"), null=True)

    objects = SubscriptionQuery.as_manager()

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One message to one subscription. `id` is sent along, so that the receiver can drop a repeated one."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待送达")
        DELIVERED = "delivered", _("已送达")
        FAILED = "failed", _("未送达")

    id = models.UUIDField(primary_key=True)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")
    area = models.BigIntegerField(_("地域"))
    event = models.CharField(_("事件"), max_length=60)
    payload = models.JSONField()
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.IntegerField(_("次数"), default=0)
    answer = models.CharField(_("结果"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("时间"), default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subscription", "-made_at"], name="delivery_newest"),
            models.Index(fields=["-made_at"], condition=Q(state="failed"), name="delivery_failed"),
        ]


class Attempt(models.Model):
    """One try to deliver: what the other side answered, or why it was not reached. Rows are only ever added."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="tries")
    at = models.DateTimeField(_("时间"), default=timezone.now)
    status = models.IntegerField(_("答复"), null=True)
    error = models.CharField(_("原因"), max_length=300, blank=True)
    milliseconds = models.IntegerField()

    class Meta:
        ordering = ["id"]
