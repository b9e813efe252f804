"""What residents are told of what is held about them, and what is deleted when its time is over."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifang.blocks.registry.models import Person
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today


class Link(models.Model):
    """A resident's way to what is held about them: an address, and a code that was handed over with it.

    Of the address only a hash is kept, of the code a keyed one. The first browser that gives the code keeps the way
    open for itself alone, until `open_until`; `session` is the hash of what it shows. `whole` says that the resident
    asked for whole numbers. `tries` counts wrong codes.
    """

    digest = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    area = models.BigIntegerField(_("地域"))
    whole = models.BooleanField(default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(_("有效期"))
    tries = models.SmallIntegerField(default=0)
    open_until = models.DateTimeField(null=True)
    session = models.CharField(max_length=64, blank=True)


class HoldQuery(models.QuerySet["Hold"]):
    def in_force(self) -> Self:
        return self.filter(ended_at=None, until__gte=today())


class Hold(models.Model):
    """Nothing about a person is deleted, for a reason and up to a day: a case or a dispute that still needs it."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="holds")
    area = models.BigIntegerField(_("地域"))
    reason = models.CharField(_("理由"), max_length=200)
    until = models.DateField(_("暂缓到"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = HoldQuery.as_manager()

    class Meta:
        indexes = [models.Index(fields=["area"], name="hold_now", condition=models.Q(ended_at=None))]


class Consent(models.Model):
    """A guardian agreed that a child's data are used beyond the community's own duties, on a day, on paper, for a purpose.

    `uses` are those of the packs' rule (`person.child_consent`); it counts until it is withdrawn. What was done before
    stays as it was.
    """

    class Use(models.TextChoices):
        EXPORT = "export", _("写进导出的名单")
        GIVE = "give", _("按约定提供给别的系统")

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    guardian = models.CharField(_("监护人"), max_length=60)
    relation = models.CharField(_("是孩子的什么人"), max_length=20)
    uses = ArrayField(models.CharField(max_length=10, choices=Use.choices))
    purpose = models.CharField(_("用途"), max_length=100)
    paper = models.CharField(_("凭据"), max_length=100)
    since = models.DateField(_("哪天同意"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_on = models.DateField(_("哪天撤回"), null=True)
    withdrawn_note = models.CharField(_("撤回的说明"), max_length=100, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_on=None) | models.Q(withdrawn_on__gte=models.F("since")),
                name="consent_withdrawn_after",
                violation_error_message=_("撤回的日期不能早于同意的日期。"),
            )
        ]


class Deletion(models.Model):
    """What one night deleted of one kind: how many rows of which tables (or files), by which rule. Only ever added.

    `days` is the period in force then, `rule` its citation; what became due before `before` is gone.
    """

    kind = models.CharField(_("种类"), max_length=40)
    area = models.BigIntegerField(_("地域"))
    at = models.DateTimeField(_("时间"), default=timezone.now)
    days = models.IntegerField(_("保存天数"))
    rule = models.CharField(_("依据"), max_length=300)
    before = models.DateTimeField()
    counts = models.JSONField(_("删除了多少"))

    class Meta:
        indexes = [models.Index(fields=["-at"], name="deletion_newest")]
