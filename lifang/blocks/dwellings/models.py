"""Buildings and their flats, as somebody said on a day that they are.

What was said stays (docs/decisions/009-a-person-is-what-records-say.md): a filing adds words, of which the newest that is
believed counts; undoing a filing takes its words back and rewrites nothing. The rows of buildings and dwellings hold only
what follows from those words today, for lists, search and row-level security.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lifang.ground.access.models import User
from lifang.ground.areas.codes import COMMUNITY, at_level


class Filing(models.Model):
    """One act of saying how buildings are: by a form, a file, at a flat's door, or because places changed.

    `held_on` is the day from which it holds, `change` the id of the change of places behind it.
    """

    class Way(models.TextChoices):
        FORM = "form", _("逐栋登记")
        FILE = "file", _("整表导入")
        FLAT = "flat", _("房屋状况")
        PLACES = "places", _("随区划调整")

    way = models.CharField(_("方式"), max_length=8, choices=Way)
    area = models.BigIntegerField(_("地域"))
    held_on = models.DateField(_("从哪天起"))
    source = models.CharField(_("依据"), max_length=120)
    name = models.CharField(_("文件"), max_length=200, blank=True)
    buildings = models.IntegerField(_("楼栋"), default=0)
    dwellings = models.IntegerField(_("房屋"), default=0)
    change = models.BigIntegerField(null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(_("撤销时间"), null=True)

    class Meta:
        indexes = [models.Index(fields=["area", "-at"], name="filing_area")]

    def __str__(self) -> str:
        return self.name or self.get_way_display()


class Building(models.Model):
    """A building and how it is today. `at` is road, gate and building («长春路12-3»); `area` a grid, or a community where
    the grid is not known; `known` is false once it is gone, or everything that was said of it taken back."""

    area = models.BigIntegerField(_("地域"))
    at = models.CharField(_("楼栋"), max_length=60)
    name = models.CharField(_("名称"), max_length=60, blank=True)
    use = models.CharField(_("用途"), max_length=4, blank=True)
    entrances = models.SmallIntegerField(_("单元数"), default=0)
    floors = models.SmallIntegerField(_("层数"), default=0)
    flats = models.IntegerField(_("房屋"), default=0)
    known = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "at"], name="building_area_at"),
            models.Index(fields=["at"], name="building_at"),
        ]

    def __str__(self) -> str:
        return self.at

    @property
    def community(self) -> int:
        return at_level(self.area, COMMUNITY)


class Layout(models.Model):
    """What a filing says of a building from a day on."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="layouts")
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="layouts")
    held_on = models.DateField()
    area = models.BigIntegerField()
    name = models.CharField(max_length=60, blank=True)
    use = models.CharField(max_length=4, blank=True)
    entrances = models.SmallIntegerField()
    floors = models.SmallIntegerField()
    gone = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["building", "-held_on", "-id"], name="layout_newest")]


class Dwelling(models.Model):
    """A flat or shop behind a door. `home` is the key that persons' homes use («长春路12-3-2-501»)."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="dwellings")
    home = models.CharField(_("房屋"), max_length=80)
    entrance = models.SmallIntegerField(_("单元"))
    number = models.SmallIntegerField(_("室号"))
    state = models.CharField(_("状况"), max_length=4, blank=True)
    known = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["building", "home"], name="dwelling_once")]

    def __str__(self) -> str:
        return self.home


class Condition(models.Model):
    """What a filing says of a dwelling from a day on; no `state` says only that it is there."""

    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="conditions")
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="conditions")
    held_on = models.DateField()
    state = models.CharField(max_length=4, blank=True)
    gone = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["dwelling", "-held_on", "-id"], name="condition_newest")]
