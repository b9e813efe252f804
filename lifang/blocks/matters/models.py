"""What was admitted to a place's communities beyond the catalogues of the packs."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifang.ground.access.models import Unit


@pghistory.track()
class Admitted(models.Model):
    """A matter that a body may put to the communities of `area` from `since` to `until`, by the admission of that number.

    `unit` asks for it, `payer` (a kind of unit) gives `amount` yuan to each place each `period`, the first on `paid_on`; `hours` is what one
    place needs for it each period. `sends` are the forms in which it may come (packs.words.SENDINGS), `elements` the
    data elements that it may ask for, `columns` what communities may be asked to type besides (columns.Column). An
    `emergency` one ends by itself unless it is admitted anew before `until`. `replaces` is the code of the one that it
    changes, which ends the day before; what goes on under the old code is judged by the new.
    """

    code = models.CharField(_("准入编号"), max_length=24, unique=True)
    area = models.BigIntegerField(_("实施地域"))
    title = models.CharField(_("事项"), max_length=120)
    task = models.CharField(_("行政任务种类"), max_length=20, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("提出单位"))
    basis = models.CharField(_("法律法规依据"), max_length=300)
    payer = models.CharField(_("出资部门"), max_length=40, blank=True)
    amount = models.DecimalField(_("每处每期经费（元）"), max_digits=12, decimal_places=2, default=0)
    paid_on = models.DateField(_("第一期经费到账日期"), null=True)
    hours = models.DecimalField(_("每处每期工时"), max_digits=7, decimal_places=1, default=0)
    power = models.CharField(_("随附权限"), max_length=300, blank=True)
    period = models.CharField(_("频次"), max_length=12)
    sends = ArrayField(models.CharField(max_length=12), default=list, verbose_name=_("下达方式"))
    elements = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("可以要的数据"))
    columns = models.JSONField(_("可以要新填的列"), default=list)
    conditions = models.CharField(_("附带条件"), max_length=500, blank=True)
    since = models.DateField(_("从哪天起"))
    until = models.DateField(_("到哪天止"), null=True)
    review_on = models.DateField(_("复核日"), null=True)
    emergency = models.BooleanField(_("应急准入"), default=False)
    replaces = models.CharField(_("代替的准入"), max_length=24, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["area"], name="admitted_area")]
        constraints = [
            models.UniqueConstraint(fields=["replaces"], condition=~Q(replaces=""), name="admitted_replaced_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=models.F("since")), name="admitted_days"),
        ]

    def __str__(self) -> str:
        return self.title


class Halt(models.Model):
    """A spell in which an admitted matter is suspended; without `until` it still is."""

    admitted = models.ForeignKey(Admitted, models.PROTECT, related_name="halts")
    since = models.DateField(_("暂停自"))
    until = models.DateField(_("暂停至"), null=True)
    reason = models.CharField(_("理由"), max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["admitted"], condition=Q(until=None), name="halt_one_at_a_time"),
        ]
