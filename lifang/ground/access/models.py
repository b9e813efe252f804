"""Who acts, for which unit, with which functions, where, since when and for what purpose."""

import datetime as dt
from typing import Self

import pghistory
from django.contrib.auth.models import AbstractBaseUser, UserManager
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifang.ground.access.ranges import today


@pghistory.track()
class Unit(models.Model):
    """A body that owns work: a bureau, a street office, a community committee, a service centre.

    `kind` is the duty name by which packs route (units.yaml); `area` the place that it answers for (15 digits).
    """

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("职责类别"), max_length=40)
    area = models.BigIntegerField(_("负责地域"))
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "area"])]

    def __str__(self) -> str:
        return self.name


class UnitKind(models.Model):
    """What a kind of unit is called in words, synchronised from the packs' units.yaml."""

    code = models.CharField(_("编码"), max_length=40, primary_key=True)
    title = models.CharField(_("名称"), max_length=80)

    def __str__(self) -> str:
        return self.title


class User(AbstractBaseUser):
    """A person who acts in the system, never a resident's record."""

    username = models.CharField(
        _("登录名"), max_length=60, unique=True, error_messages={"unique": _("这个登录名已有人使用,请换一个。")}
    )
    name = models.CharField(_("姓名"), max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("所在单位"))
    email = models.EmailField(_("电子邮箱"), blank=True)
    notify_url = models.CharField(_("提醒地址"), max_length=500, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)
    must_change_password = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Role(models.Model):
    """A named set of functions, synchronised from the packs' roles.yaml.

    A `unit_bound` role reaches only the cases in which the grant's unit is involved. `level` is the level of place
    at which it is usually held. A role that no pack names any more keeps its row and loses its functions.
    """

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    functions = ArrayField(models.CharField(max_length=60), verbose_name=_("职能"))
    unit_bound = models.BooleanField(default=False)
    level = models.CharField(_("层级"), max_length=20, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class Function(models.Model):
    """What a function is called in words, synchronised from the packs' functions.yaml."""

    code = models.CharField(_("编码"), max_length=60, primary_key=True)
    title = models.CharField(_("名称"), max_length=80)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    def __str__(self) -> str:
        return self.title


class GrantQuery(models.QuerySet["Grant"]):
    def in_force(self, on: dt.date | None = None) -> Self:
        """Grants that hold on a day (today when left out); one that was ended holds no more from that day on."""
        day = on or today()
        return self.filter(models.Q(ended_at=None) | models.Q(ended_at__date__gt=day), valid__contains=day)

    def in_force_or_later(self) -> Self:
        """Grants that hold today or will."""
        ahead = models.Q(valid__upper_inf=True) | models.Q(valid__endswith__gt=today())
        return self.filter(ahead, ended_at=None)

    def of(self, user: User) -> Self:
        return self.filter(user=user)


@pghistory.track()
class Grant(models.Model):
    """A role held by a person at a place (and, for a unit-bound role, for a unit) during a time, for a purpose."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name=_("人员"))
    role = models.ForeignKey(Role, models.PROTECT, verbose_name=_("角色"))
    area = models.BigIntegerField(_("地域"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("单位"))
    valid = DateRangeField(_("有效期"))
    purpose = models.CharField(_("用途"), max_length=200)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="given", verbose_name=_("授予人"))
    ended_at = models.DateTimeField(_("终止时间"), null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("终止人"))
    end_reason = models.CharField(_("终止原因"), max_length=200, blank=True)

    objects = GrantQuery.as_manager()

    class Meta:
        indexes = [GistIndex(fields=["valid"]), models.Index(fields=["area"])]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(purpose=""),
                name="grant_has_purpose",
                violation_error_message=_("授权必须写明用途。"),
            ),
            models.CheckConstraint(
                condition=models.Q(valid__isempty=False),
                name="grant_has_time",
                violation_error_message=_("授权的截止日期要晚于开始日期。"),
            ),
        ]
