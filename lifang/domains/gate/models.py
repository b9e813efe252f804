"""What bodies asked of communities: each request with its verdict, and the communities that it reached or was kept from."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifang.blocks.cases.models import Case
from lifang.ground.access.models import Unit, User


class SendingQuery(models.QuerySet["Sending"]):
    def of(self, *units: int) -> Self:
        return self.filter(unit__in=units)

    def sent(self) -> Self:
        return self.exclude(state=Sending.State.RETURNED)

    def returned(self) -> Self:
        return self.filter(state=Sending.State.RETURNED)

    def newest(self) -> Self:
        return self.order_by("-at", "-pk")


class Sending(models.Model):
    """One request of a body to communities below `area`, and what the gate said of it.

    `kind` is one of packs.words.SENDINGS, `rule` one of words.RULES, `why` the reason in the words of the day. `matter` is the
    name under which it stands in blocks.matters, "" where it stands nowhere; `judged` keeps title, class, owner, basis and
    version of the list as they were. `minutes` are those of one place, `places` how many there are at `level`.
    An `emergency` one ends by itself after `until`. `case` is the task that carries it, where one does. Of a returned one
    `letter_at` is when the letter reached somebody of the unit; until then it is tried again.
    """

    class State(models.TextChoices):
        SENT = "sent", _("已下达")
        RETURNED = "returned", _("已退回")
        WITHDRAWN = "withdrawn", _("已撤回")
        ENDED = "ended", _("已结束")

    number = models.CharField(_("编号"), max_length=24, unique=True)
    area = models.BigIntegerField(_("范围"))
    level = models.SmallIntegerField(_("接收层级"))
    kind = models.CharField(_("下达方式"), max_length=12)
    matter = models.CharField(_("事项"), max_length=40, blank=True)
    judged = models.JSONField(default=dict)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("提出单位"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("要求"), blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(_("时间"))
    due = models.DateTimeField(_("办理期限"), null=True)
    minutes = models.IntegerField(_("每处分钟数"))
    places = models.IntegerField(_("接收处数"))
    state = models.CharField(_("状态"), max_length=10, choices=State)
    rule = models.CharField(max_length=20)
    why = models.CharField(_("理由"), max_length=500)
    emergency = models.BooleanField(_("应急"), default=False)
    until = models.DateField(_("应急截止"), null=True)
    channel = models.CharField(_("渠道"), max_length=10)
    key = models.UUIDField(unique=True)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="sending")
    letter_at = models.DateTimeField(null=True)
    letter_tries = models.SmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(_("结束原因"), max_length=200, blank=True)

    objects = SendingQuery.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["area", "-at"], name="sending_area"),
            models.Index(fields=["unit", "-at"], name="sending_unit"),
            models.Index(fields=["until"], name="sending_until", condition=Q(state="sent", until__isnull=False)),
            models.Index(fields=["at"], name="sending_letter", condition=Q(state="returned", letter_at=None)),
        ]

    def __str__(self) -> str:
        return self.number


class Opinion(models.Model):
    """What one community says of an application for admission; `answer` is None until it spoke, or when it did not."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions")
    area = models.BigIntegerField(_("社区"))
    due = models.DateField(_("表态期限"))
    answer = models.BooleanField(_("意见"), null=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "area"], name="opinion_once")]
        indexes = [models.Index(fields=["area"], name="opinion_waiting", condition=Q(answer=None))]

    @property
    def earlier(self) -> list["Stance"]:
        """What it said before the answer that stands, the newest first."""
        return sorted(self.stances.all(), key=lambda one: -one.pk)[1:]


class Stance(models.Model):
    """One answer of a community as it was given; one that amends it stands beside it, and the opinion keeps the newest."""

    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="stances")
    area = models.BigIntegerField(_("社区"))
    yes = models.BooleanField(_("意见"))
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class ReachQuery(models.QuerySet["Reach"]):
    def reached(self) -> Self:
        return self.filter(kept=False)

    def kept_away(self) -> Self:
        return self.filter(kept=True)


class Reach(models.Model):
    """One community that a sending reached, or was `kept` from; `minutes` are what it asks of that community."""

    sending = models.ForeignKey(Sending, models.PROTECT, related_name="reaches")
    area = models.BigIntegerField(_("社区"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    minutes = models.IntegerField(_("分钟"))
    kept = models.BooleanField(default=False)

    objects = ReachQuery.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sending", "area"], name="reach_once")]
        indexes = [models.Index(fields=["area", "-at"], name="reach_area")]


class Reply(models.Model):
    """What a community did with what reached it, or why it objects; the newest holds, the earlier ones stay.

    `minutes` are what it took the whole community, where it said so.
    """

    class Act(models.TextChoices):
        TOOK_PART = "took_part", _("参加了")
        ANSWERED = "answered", _("答复了")
        OBJECTED = "objected", _("有异议")

    reach = models.ForeignKey(Reach, models.PROTECT, related_name="replies")
    area = models.BigIntegerField(_("社区"))
    act = models.CharField(_("答复"), max_length=10, choices=Act)
    words = models.CharField(_("说明"), max_length=500, blank=True)
    minutes = models.PositiveIntegerField(_("用了几分钟"), null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
