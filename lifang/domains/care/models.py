"""Looking after residents of one's own accord: visits that data ask for, who answers for each household, who was met.

No name and no address stands here: a person is an id, a household a keyed hash (`households`).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifang.blocks.cases.models import Case
from lifang.blocks.registry.models import Person
from lifang.ground.access.models import User


class Outreach(models.Model):
    """Whom a case of outreach is about, by which rule, and on which occasion (the age reached, or the day it began)."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="outreach")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40)
    occasion = models.CharField(max_length=20)
    area = models.BigIntegerField(_("地域"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "rule", "occasion"], name="outreach_once")]
        indexes = [models.Index(fields=["area"], name="outreach_area")]


class Duty(models.Model):
    """The one worker to whom a household turns for all matters, from a day to a day; a change ends it and begins another.

    `area` is the community. `number` and `home` are hashes of the household number and of the home; a household without
    a number is known by its home alone.
    """

    area = models.BigIntegerField(_("社区"))
    number = models.BigIntegerField(null=True)
    home = models.BigIntegerField(null=True)
    worker = models.ForeignKey(User, models.PROTECT, related_name="duties", verbose_name=_("联系人"))
    since = models.DateField(_("开始"))
    until = models.DateField(_("结束"), null=True)
    reason = models.CharField(_("理由"), max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "number"], condition=Q(until=None, number__isnull=False), name="duty_once_a_number"
            ),
            models.UniqueConstraint(
                fields=["area", "home"], condition=Q(until=None, number=None), name="duty_once_a_home"
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | Q(home__isnull=False),
                name="duty_has_household",
                violation_error_message=_("没有户号也没有住址，归不到户。"),
            ),
        ]
        indexes = [
            models.Index(fields=["area"], name="duty_now", condition=Q(until=None)),
            models.Index(fields=["worker"], name="duty_of_worker", condition=Q(until=None)),
        ]


class Contact(models.Model):
    """A visit to a household or a call, and which of its people were met (ids of persons). Rows are only ever added; where the
    household stands changes with the places."""

    class Kind(models.TextChoices):
        VISIT = "visit", _("上门")
        CALL = "call", _("电话")

    area = models.BigIntegerField(_("地域"))
    number = models.BigIntegerField(null=True)
    home = models.BigIntegerField(null=True)
    kind = models.CharField(_("方式"), max_length=8, choices=Kind)
    on = models.DateField(_("哪一天"))
    note = models.CharField(_("说明"), max_length=500, blank=True)
    met = ArrayField(models.BigIntegerField(), default=list)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    key = models.UUIDField(null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "-on"], name="contact_area"),
            models.Index(fields=["-on"], name="contact_on"),
        ]
