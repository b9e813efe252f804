"""The tree of places through time: what was where, since when, by which document."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lifang.ground.areas.enums import ChangeKind, Kind, Layer, Level
from lifang.ground.areas.queries import AreaQuery, ChangeQuery

# Equality of codes in a GiST index without an extension. Points take a quarter of the time that int8range takes
# to index (665,271 places: 11 s against 33 s).
CODE_AS_POINT = "point((%(expressions)s / 1000000000)::double precision, %(expressions)s::double precision)"


class AreaChange(models.Model):
    """One dated change of the tree with the document it rests on.

    `on` is the day from which it holds, `recorded_at` the moment when it was entered. `area` is the smallest place
    that holds all that it touches; `data` what was asked, for the reader.
    """

    kind = models.CharField(_("类别"), max_length=10, choices=ChangeKind)
    area = models.BigIntegerField(_("地域"))
    on = models.DateField(_("生效日期"))
    document_number = models.CharField(_("文号"), max_length=80, blank=True)
    document_title = models.CharField(_("文件名称"), max_length=200, blank=True)
    reason = models.TextField(_("理由"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人")
    )
    recorded_at = models.DateTimeField(_("录入时间"), db_default=Now())
    undone_at = models.DateTimeField(_("撤销时间"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    data = models.JSONField(_("内容"), default=dict)

    objects = ChangeQuery.as_manager()

    class Meta:
        indexes = [models.Index(fields=["area", "-on"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class AreaImport(models.Model):
    """The file behind a change of the kind import."""

    change = models.OneToOneField(AreaChange, models.CASCADE, primary_key=True, related_name="file")
    file_name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.IntegerField(_("行数"))


# Statement triggers: a row trigger took 1.5 ms a row on an import taken back.
@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["boundary"], level=pghistory.Statement
)
class Area(models.Model):
    """One version of a place: what it was called and where it lay while `valid` (half-open dates).

    `code`, `parent_code`: 15 digits; `layer` for grids only; `boundary`: WKB, WGS 84; `generated`: its ground and
    counts are computed, not surveyed. Versions of one code never overlap, and at every date a place of county level
    and below has its parent (triggers of migration 0002).
    """

    code = models.BigIntegerField(_("代码"))
    name = models.CharField(_("名称"), max_length=120)
    initials = models.CharField(_("拼音首字母"), max_length=120, blank=True)
    level = models.SmallIntegerField(_("级别"), choices=Level)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    layer = models.CharField(_("网格层"), max_length=12, choices=Layer, null=True, blank=True)
    parent_code = models.BigIntegerField(_("上级代码"))
    valid = DateRangeField(_("有效期"))
    households = models.IntegerField(_("户数"), null=True, blank=True)
    population = models.IntegerField(_("人口"), null=True, blank=True)
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    boundary = models.BinaryField(_("边界"), null=True, blank=True)
    generated = models.BooleanField(_("模拟数据"), default=False)
    recorded_at = models.DateTimeField(_("录入时间"), db_default=Now())
    begun_by = models.ForeignKey(AreaChange, models.PROTECT, related_name="begun", verbose_name=_("起于"))
    ended_by = models.ForeignKey(AreaChange, models.PROTECT, null=True, related_name="ended", verbose_name=_("止于"))

    objects = AreaQuery.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["code"]),
            models.Index(fields=["parent_code"]),
        ]
        constraints = [
            ExclusionConstraint(
                name="area_one_version_a_day",
                expressions=[
                    (models.Func("code", template=CODE_AS_POINT), "~="),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message=_("这个代码在这段时间里已有记录，同一代码同一天只能有一条。"),
            ),
            models.CheckConstraint(
                name="area_time_not_empty",
                condition=models.Q(valid__isempty=False, valid__lower_inf=False),
                violation_error_message=_("地域的记录要有开始日期，并且早于结束日期。"),
            ),
            models.CheckConstraint(
                name="area_layer_on_grids",
                condition=models.Q(level=Level.GRID, layer__isnull=False) | models.Q(level__lt=Level.GRID, layer=None),
                violation_error_message=_("网格必须写明是治理网格还是建管网格，其他地域不能有网格层。"),
            ),
            models.CheckConstraint(
                name="area_counts_not_negative",
                condition=(models.Q(households=None) | models.Q(households__gte=0))
                & (models.Q(population=None) | models.Q(population__gte=0)),
                violation_error_message=_("户数和人口不能是负数。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.DeleteEvent(), level=pghistory.Statement)
class Succession(models.Model):
    """A code that passes to another on the change's date. Of a change that was undone they go, like its versions of places:
    everything that reads them asks what holds; the history keeps what held, and until when it was known.

    `share` of the old place went there (those of one old code add up to 1), `back_share` of the new one came from it;
    both by households.
    """

    change = models.ForeignKey(AreaChange, models.CASCADE, related_name="successions")
    old_code = models.BigIntegerField(_("原代码"))
    new_code = models.BigIntegerField(_("新代码"))
    on = models.DateField(_("生效日期"))
    share = models.FloatField(_("原地域转入的份额"), default=1.0)
    back_share = models.FloatField(_("在新地域中的份额"), default=1.0)

    class Meta:
        indexes = [models.Index(fields=["old_code", "on"]), models.Index(fields=["new_code", "on"])]
        constraints = [
            models.UniqueConstraint(fields=["change", "old_code", "new_code"], name="succession_once"),
            models.CheckConstraint(
                name="succession_share",
                condition=models.Q(share__gt=0, share__lte=1, back_share__gt=0, back_share__lte=1),
                violation_error_message=_("份额应大于 0，不超过 1。"),
            ),
        ]


class Edition(models.Model):
    """The number of the current state of the tree: raised by every statement that changes it (one row)."""

    number = models.BigIntegerField()
