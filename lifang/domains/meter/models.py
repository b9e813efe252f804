"""The calendar of what communities are called to: meetings, inspections and appraisals, and the hours they keep for learning."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lifang.domains.gate.models import Sending
from lifang.ground.access.models import Unit, User


class OccasionQuery(models.QuerySet["Occasion"]):
    def between(self, since: object, until: object) -> Self:
        """Those of which a day lies between two days, both counted."""
        return self.filter(since__lte=until, until__gte=since)

    def standing(self) -> Self:
        return self.filter(state__in=(Occasion.State.PLANNED, Occasion.State.HELD))


class Occasion(models.Model):
    """One meeting, inspection or appraisal at communities, or learning that a community arranges for itself.

    What is asked of communities stands on the `sending` that passed the gate, whose reaches are the communities; learning
    has none and lies at `area`. `minutes` are those of one person, `persons` how many each community sends. One that was
    merged names the one `into` which it went.
    """

    class Kind(models.TextChoices):
        MEETING = "meeting", _("会议")
        INSPECTION = "inspection", _("检查")
        APPRAISAL = "appraisal", _("考核评比")
        LEARNING = "learning", _("学习交流")

    class State(models.TextChoices):
        PLANNED = "planned", _("已安排")
        HELD = "held", _("已举行")
        MERGED = "merged", _("已合并")
        CANCELLED = "cancelled", _("已取消")

    kind = models.CharField(_("种类"), max_length=12, choices=Kind)
    sending = models.OneToOneField(Sending, models.PROTECT, null=True, related_name="occasion")
    area = models.BigIntegerField(_("范围"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("召集单位"))
    title = models.CharField(_("标题"), max_length=120)
    since = models.DateField(_("从哪天"))
    until = models.DateField(_("到哪天"))
    venue = models.CharField(_("地点"), max_length=80, blank=True)
    items = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("内容"))
    persons = models.PositiveSmallIntegerField(_("每处几人"), default=1)
    minutes = models.PositiveIntegerField(_("每人几分钟"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PLANNED)
    into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = OccasionQuery.as_manager()

    class Meta:
        indexes = [models.Index(fields=["area", "since"], name="occasion_area")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="occasion_days"),
            models.CheckConstraint(
                condition=Q(kind="learning") | Q(sending__isnull=False), name="occasion_stands_on_a_sending"
            ),
            models.CheckConstraint(condition=Q(state="merged") ^ Q(into=None), name="occasion_merged_into"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def each(self) -> int:
        """Minutes of one community."""
        return self.minutes * self.persons
