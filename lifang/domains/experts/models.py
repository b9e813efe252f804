"""Helpers and experts who can be asked about a case."""

from typing import Self

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Range
from lifang.ground.access.vault import Sealed

SEALED = "expert.phone"


class ExpertQuery(models.QuerySet["Expert"]):
    def serving(self, *places: Range) -> Self:
        """Those whose place overlaps one of the ranges: below it, or above it."""
        found = Q(pk__in=[])
        for low, high in places:
            found |= Q(area__lt=high, area_end__gt=low)
        return self.filter(found)

    def of_field(self, field: str) -> Self:
        return self.filter(fields__contains=[field])

    def in_force(self) -> Self:
        return self.filter(valid__contains=today())


class Expert(models.Model):
    """Somebody who helps at a place, in some fields (codes of the list «expertise»), during a time.

    The place served is the codes from `area` to before `area_end`. `user` answers here; without one a worker records the
    answers. `phone` is sealed.
    """

    name = models.CharField(_("姓名"), max_length=60)
    fields = ArrayField(models.CharField(max_length=8), verbose_name=_("领域"))
    employer = models.CharField(_("单位"), max_length=120, blank=True)
    note = models.CharField(_("能帮什么"), max_length=300, blank=True)
    area = models.BigIntegerField(_("服务的地方"))
    area_end = models.BigIntegerField()
    valid = DateRangeField(_("有效期"))
    phone = Sealed(default=bytes, binding=SEALED, title=_("帮手和专家的电话"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("账号"))

    objects = ExpertQuery.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fields__len__gt=0),
                name="expert_has_a_field",
                violation_error_message=_("至少选一个领域。"),
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False),
                name="expert_ends_after_the_beginning",
                violation_error_message=_("截止日期不能早于开始日期。"),
            ),
        ]
        indexes = [models.Index(fields=["area", "area_end"], name="expert_place")]

    def __str__(self) -> str:
        return self.name

    @property
    def in_force(self) -> bool:
        return today() in self.valid
