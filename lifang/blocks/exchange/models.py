"""What goes back and forth between communities and departments: what is entered at the desk, what a department is asked
to correct."""

import datetime as dt
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifang.blocks.registry.models import Import, Person, Record, System
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today


class Entry(models.Model):
    """Why a record of the desk was written: its paper and its reason, and whether the resident asked for it.

    `element` is the one that was corrected, "" where a person was entered. Rows are only ever added.
    """

    record = models.OneToOneField(Record, models.PROTECT, related_name="entry")
    area = models.BigIntegerField(_("地域"))
    element = models.CharField(max_length=40, blank=True)
    asked = models.BooleanField(_("居民本人要求"), default=False)
    paper = models.CharField(_("凭据"), max_length=100)
    reason = models.CharField(_("理由"), max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)


class Question(models.Model):
    """A department is asked to correct what one of its records says; it accepts, or refuses with a reason.

    `shown` is what it may see of the matter, as it stood when it was asked: who (name, masked number), which file and
    row, what stands there and what the community says, sensitive values masked.
    """

    class State(models.TextChoices):
        OPEN = "open", _("等待答复")
        ACCEPTED = "accepted", _("接受，将更正")
        REFUSED = "refused", _("不接受")

    record = models.ForeignKey(Record, models.PROTECT, related_name="questions")
    area = models.BigIntegerField(_("地域"))
    department = models.CharField(_("部门"), max_length=40)
    element = models.CharField(max_length=40)
    shown = models.JSONField()
    reason = models.CharField(_("理由"), max_length=200)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "element"], condition=Q(state="open"), name="question_open_once",
                violation_error_message=_("这一项已经请部门更正，还在等答复。"),
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["area", "state"], name="question_area_state")]

    @property
    def days(self) -> int:
        """Since it was asked, until it was answered."""
        return ((self.answered_at or timezone.now()) - self.at) // dt.timedelta(days=1)


class Flaw(models.Model):
    """Something wrong with what stands: a value missing, impossible, outlying, or at odds with another.

    It belongs to `system`, whose row says it; the community's own desk where that is the right source. `row_key` tells
    the row, so that a flaw stays the same one from file to file until one of them mends it: `mended_by`.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    record = models.ForeignKey(Record, models.PROTECT, related_name="+")
    system = models.ForeignKey(System, models.PROTECT, related_name="flaws")
    area = models.BigIntegerField(_("地域"))
    row_key = models.BigIntegerField()
    rule = models.CharField(max_length=20)
    element = models.CharField(max_length=40)
    count = models.IntegerField(default=0)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    mended_by = models.ForeignKey(Import, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "row_key", "person", "rule", "element"], condition=Q(ended_at=None), name="flaw_open_once"
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["area", "system", "rule"], condition=Q(ended_at=None), name="flaw_open")]


class ContractQuery(models.QuerySet["Contract"]):
    def in_force(self, account: User) -> Self:
        return self.filter(account=account, ended_at=None, valid__contains=today())


class Contract(models.Model):
    """What is given to another system: exactly these elements of the persons of a place, on a basis, from a day to a day.

    `sealed` says that numbers and telephones go out whole; else they are masked. `account` is the service account that
    fetches it through the API, null where files are made.
    """

    system = models.ForeignKey(System, models.PROTECT, related_name="contracts", verbose_name=_("给哪个系统"))
    area = models.BigIntegerField(_("地域"))
    title = models.CharField(_("名称"), max_length=80)
    elements = models.JSONField(_("数据元"))
    sealed = models.BooleanField(_("号码和电话给完整的"), default=False)
    basis = models.CharField(_("依据"), max_length=200)
    purpose = models.CharField(_("用途"), max_length=200)
    valid = DateRangeField(_("有效期"))
    account = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("接口账号"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(_("终止时间"), null=True)

    objects = ContractQuery.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid__isempty=False, valid__upper_inf=False), name="contract_ends",
                violation_error_message=_("要有截止日期，并且晚于开始日期。"),
            ),
            ExclusionConstraint(
                name="contract_one_an_account",
                expressions=[
                    (models.Func("account", models.F("account"), models.Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(account__isnull=False, ended_at=None),
                violation_error_message=_("这个账号在这段时间里已有约定。先终止那一个，或者换一个账号。"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Sent(models.Model):
    """One delivery under a contract: a file, kept sealed by the hash of what it holds, or a page fetched through the API."""

    class State(models.TextChoices):
        WAITING = "waiting", _("正在生成")
        SENT = "sent", _("已送出")
        FAILED = "failed", _("没有送出")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="deliveries")
    area = models.BigIntegerField(_("地域"))
    ending = models.CharField(max_length=4)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    rows = models.IntegerField(_("人数"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)


class Given(models.Model):
    """Who was in a part of a delivery, so that each can be told: ids of persons, and the span in which they lie, by which
    the few parts that may hold somebody are found."""

    sent = models.ForeignKey(Sent, models.PROTECT, related_name="parts")
    area = models.BigIntegerField(_("地域"))
    persons = ArrayField(models.BigIntegerField())
    span = BigIntegerRangeField()

    class Meta:
        indexes = [GistIndex(fields=["span"], name="given_span")]
