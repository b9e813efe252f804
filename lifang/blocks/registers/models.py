"""Registers of declared kinds: organisations, committees, stations, equipment and whatever else a pack declares.

What is said of an entry is dated twice: the day from which it holds, and when it was known. Rows are only ever added; one
that turned out wrong ends with `known_until` and is followed by another.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifang.blocks.registry.models import Person
from lifang.ground.access import vault
from lifang.ground.access.models import User
from lifang.ground.areas.models import AreaChange

SEALED = "register.member"


class File(models.Model):
    """A file of entries of one kind that was taken whole. `held_on` is the day from which it holds."""

    kind = models.CharField(_("登记册"), max_length=40)
    area = models.BigIntegerField(_("地域"))
    name = models.CharField(_("文件"), max_length=200)
    sha256 = models.CharField(max_length=64)
    held_on = models.DateField(_("数据日期"))
    counts = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("导入时间"), auto_now_add=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["kind", "-at"], name="register_file")]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One of a kind (a name in the packs' registers). Place, name and number follow from what is said of it for today; of
    one that is yet to come, from what it begins with.

    `number` is its unified social credit code, "" where it has none; `ended` is true from the day after its last.
    """

    kind = models.CharField(_("登记册"), max_length=40)
    area = models.BigIntegerField(_("地域"))
    name = models.CharField(_("名称"), max_length=120)
    number = models.CharField(max_length=18, blank=True)
    ended = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "number"],
                condition=~Q(number="") & Q(ended=False),
                name="register_number_once_at_a_place",
                violation_error_message=_("这个地方已经登记了同一信用代码的组织。"),
            )
        ]
        indexes = [models.Index(fields=["kind", "area"], name="register_entry_place")]

    def __str__(self) -> str:
        return self.name


class Known(models.Model):
    """Who said something when, by which file, and until when it was believed. `replaces` is the row that it corrects;
    `dropped` says why one that lay ahead was cancelled, and `dropped_by` who did."""

    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="%(class)ss")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    dropped = models.CharField(_("取消的理由"), max_length=200, blank=True)
    dropped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class Statement(Known):
    """How an entry stands from a day on. `facts` are the values of its kind's columns; `gone` says that it is no more.

    `change` is the change of places by which it came to its place; with `doubt` somebody has to look which place it is.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="statements")
    area = models.BigIntegerField(_("地域"))
    name = models.CharField(_("名称"), max_length=120)
    facts = models.JSONField(default=dict)
    held_from = models.DateField(_("从哪天起"))
    gone = models.BooleanField(default=False)
    doubt = models.BooleanField(default=False)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    change = models.ForeignKey(AreaChange, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["entry", "-held_from"], name="register_said"),
            models.Index(fields=["file"], name="register_said_by_file"),
        ]


class Member(Known):
    """Somebody of an entry in a role of its kind, from a day to a last day: one who acts here (`user`), a resident
    (`person`), or a name. `phone` is sealed."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="members")
    role = models.CharField(_("职务"), max_length=40)
    name = models.CharField(_("姓名"), max_length=60)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    phone = vault.Sealed(default=b"", binding=SEALED, title=_("登记人员的电话"))
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("截止日期"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="register_member_ends_after_the_beginning",
                violation_error_message=_("截止日期不能早于开始日期。"),
            )
        ]
        indexes = [
            models.Index(fields=["entry", "role"], name="register_member"),
            models.Index(fields=["person"], name="register_member_person", condition=Q(person__isnull=False)),
        ]


class Stocktake(models.Model):
    """A count of the things of a kind at a place, against what the register says that there is."""

    kind = models.CharField(_("登记册"), max_length=40)
    area = models.BigIntegerField(_("地域"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("开始时间"), auto_now_add=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "area"], name="register_stocktake")]


class Counted(models.Model):
    """One thing that should be there, and who found it when."""

    stocktake = models.ForeignKey(Stocktake, models.CASCADE, related_name="lines")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    found_at = models.DateTimeField(null=True)
    found_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stocktake", "entry"], name="register_counted_once")]
