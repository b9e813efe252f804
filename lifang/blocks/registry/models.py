"""Who the residents are: persons, and the records of departments and of the desk that say so.

See docs/decisions/009-a-person-is-what-records-say.md.
"""

import datetime as dt
from typing import Self

import pghistory
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from lifang.blocks.registry.facts import HEAD, SEALED, SPECIAL
from lifang.ground.access.models import User
from lifang.ground.access.vault import Sealed
from lifang.ground.areas.codes import span


@pghistory.track()
class System(models.Model):
    """A system in which somebody keeps data about residents: a department's, or the desk itself.

    `area` is the place that it covers, `department` the kind of unit that answers for it, `purpose` what its data are
    handed over for, unless a file says otherwise. `columns` is what was last confirmed: the plain header → the data
    element that stands below it, "" for none.
    """

    class Link(models.TextChoices):
        NONE = "none", _("没有对接")
        FILE = "file", _("交换文件")
        API = "api", _("接口对接")

    code = models.SlugField(_("代码"), max_length=40)
    title = models.CharField(_("名称"), max_length=80)
    department = models.CharField(_("主管部门"), max_length=40)
    area = models.BigIntegerField(_("覆盖地域"))
    link = models.CharField(_("对接状态"), max_length=8, choices=Link.choices, default=Link.NONE)
    refresh_days = models.PositiveSmallIntegerField(_("多少天更新一次"), null=True, blank=True)
    contract = models.CharField(_("数据共享依据"), max_length=200, blank=True)
    purpose = models.CharField(_("收集用途"), max_length=200, blank=True)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "code"], name="system_once_at_a_place")]

    def __str__(self) -> str:
        return self.title


class Import(models.Model):
    """One file of a system on its way in, or taken. `held_on` is the day for which its data hold.

    `columns` is the element → the column of the sheet, `first` the first row of data (from 0). `counts` are the rows by
    what becomes of them, worked out by the check and again by the taking; `done` of `whole` rows have gone through the
    present step. `parts` are further sheets under the same headers, taken as if they stood below the first: name, how many
    rows stand above them, and how many of their own are header; `unread` the names of all other sheets that hold anything.
    The file itself lies sealed in the data folder. `key` is the sender's own of what came through the API.
    """

    class State(models.TextChoices):
        READING = "reading", _("正在读文件")
        MAPPED = "mapped", _("核对列")
        CHECKING = "checking", _("正在预检")
        CHECKED = "checked", _("等待入库")
        TAKING = "taking", _("正在入库")
        TAKEN = "taken", _("已入库")
        UNDOING = "undoing", _("正在撤销")
        CANCELLED = "cancelled", _("已取消")
        FAILED = "failed", _("没有入库")
        UNDONE = "undone", _("已撤销")

    BUSY = (State.READING, State.CHECKING, State.TAKING, State.UNDOING)

    system = models.ForeignKey(System, models.PROTECT, related_name="imports")
    area = models.BigIntegerField(_("地域"))
    name = models.CharField(_("文件"), max_length=200)
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=80, blank=True)
    parts = models.JSONField(default=list)
    unread = models.JSONField(default=list)
    held_on = models.DateField(_("数据日期"))
    complete = models.BooleanField(_("全量名单"), default=False)
    purpose = models.CharField(_("收集用途"), max_length=200, blank=True)
    headers = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    first = models.IntegerField(default=0)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.MAPPED)
    step = models.CharField(max_length=60, blank=True)
    done = models.IntegerField(default=0)
    whole = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    why = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("收到时间"), auto_now_add=True)
    taken_at = models.DateTimeField(_("入库时间"), null=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True)
    key = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "key"], condition=~Q(key=""), name="import_once_of_key")
        ]
        indexes = [models.Index(fields=["system", "-at"], name="import_of_system")]

    def __str__(self) -> str:
        return self.name


class Head(models.Model):
    """The first rows of a file as it came, as CSV, for whoever says what its columns are: the file may be long."""

    imported = models.OneToOneField(Import, models.CASCADE, primary_key=True)
    sealed = Sealed(binding=HEAD, title=_("部门文件的前几行"))


class Problem(models.Model):
    """A cell, or with no element a whole row, that could not be taken. `value` is masked; `row` as a spreadsheet counts."""

    imported = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    row = models.IntegerField(_("行"))
    element = models.CharField(max_length=40, blank=True)
    value = models.CharField(_("填的是"), max_length=60, blank=True)
    wrong = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["imported", "row"], name="problem_of_import")]


class PersonQuery(models.QuerySet["Person"]):
    def within(self, place: int) -> Self:
        below = span(place)
        return self.filter(area__gte=below.start, area__lt=below.stop)

    def standing(self) -> Self:
        """Persons of whom anything is on record now."""
        return self.filter(records__gt=0)


class Person(models.Model):
    """A group of records that are one person's; all that is here follows from them.

    `records` counts those in force, `into` is the person that this one was merged into, `initials` the first letters of
    the name's sounds. `sex` is a code of GB/T 2261.1. `home` is road, gate, building, entrance and flat of where they live
    («长春路12-3-2-501»), null where no address names them all. `birth_since` is the birth as it is known now of a person who
    stands here as of a day (`then`).
    """

    birth_since: dt.date | None = None

    area = models.BigIntegerField(_("地域"))
    name = models.CharField(_("姓名"), max_length=60)
    sex = models.CharField(_("性别"), max_length=1, blank=True)
    birth = models.DateField(_("出生日期"), null=True)
    initials = models.CharField(max_length=30, blank=True)
    died_on = models.DateField(_("死亡日期"), null=True)
    home = models.CharField(_("住处"), max_length=80, null=True)
    records = models.SmallIntegerField(default=0)
    into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)

    objects = PersonQuery.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["area", "name"], name="person_area_name"),
            models.Index(fields=["name"], name="person_name"),
            models.Index(fields=["initials"], name="person_initials"),
            models.Index(fields=["into"], name="person_into", condition=Q(into__isnull=False)),
            models.Index(fields=["died_on"], name="person_died", condition=Q(died_on__isnull=False)),
            models.Index(fields=["area"], name="person_unsaid", condition=Q(records=0, into=None)),
        ]

    def __str__(self) -> str:
        return self.name


class Record(models.Model):
    """What one system said of one person in one row: never changed, ended by a newer one of the same row.

    `row_key` tells the rows of a system apart from month to month, `digest` whether one says anything new. `facts` are
    the values of plain elements (`household` the household number among them, to be found by), `sealed` those of
    sensitive ones in one sealed text. What linkage compares is kept beside them: name, birth, sex (男 or 女), sound, gate
    and home. `area` is 0 where the row does not say of which place somebody is. `known_until` is the moment from which it
    was no longer believed; `current` is true for the newest word of each row. A row that left its system's complete list
    gets a last record with `gone`. The five keys are hashes by which a record is found; see `keys`. A whole number is asked
    for together with its end, and so is a telephone: they share an index.

    A million rows come at once, and a foreign key asks for each of them on its own: these three, and the record of
    `Special`, are kept by the code that writes records, in `imports.taking` and `standing`.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="all_records", db_constraint=False)
    system = models.ForeignKey(System, models.PROTECT, related_name="records", db_constraint=False, db_index=False)
    imported = models.ForeignKey(
        Import, models.PROTECT, null=True, related_name="records", db_constraint=False, db_index=False
    )
    row = models.IntegerField(null=True)
    row_key = models.BigIntegerField()
    digest = models.BigIntegerField()
    held_from = models.DateField()
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)
    current = models.BooleanField(default=True)
    gone = models.BooleanField(default=False)
    area = models.BigIntegerField()
    name = models.CharField(max_length=60)
    sex = models.CharField(max_length=1, null=True)
    birth = models.DateField(null=True)
    sound = models.CharField(max_length=60, null=True)
    gate = models.CharField(max_length=60, null=True)
    home = models.CharField(max_length=80, null=True)
    facts = models.JSONField(default=dict)
    household = models.GeneratedField(
        expression=KT("facts__household_number"), output_field=models.TextField(null=True), db_persist=True
    )
    sealed = Sealed(default=b"", binding=SEALED, title=_("部门记录里的号码、电话等"))
    number_key = models.BigIntegerField(null=True)
    typed_key = models.BigIntegerField(null=True)
    number_end_key = models.BigIntegerField(null=True)
    phone_key = models.BigIntegerField(null=True)
    phone_end_key = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["system", "row_key"], name="record_row", condition=Q(current=True)),
            BrinIndex(fields=["imported"], name="record_import", autosummarize=True),
            models.Index(fields=["birth", "sound"], name="record_birth_sound", condition=Q(current=True)),
            models.Index(fields=["gate", "sound", "birth"], name="record_gate", condition=Q(current=True)),
            models.Index(fields=["home"], name="record_home", condition=Q(current=True, home__isnull=False)),
            models.Index(
                fields=["number_end_key", "number_key"],
                name="record_number",
                condition=Q(current=True, number_end_key__isnull=False),
            ),
            models.Index(
                fields=["typed_key"], name="record_typed_key", condition=Q(current=True, typed_key__isnull=False)
            ),
            models.Index(
                fields=["phone_end_key", "phone_key"],
                name="record_phone",
                condition=Q(current=True, phone_end_key__isnull=False),
            ),
            models.Index(fields=["household"], name="record_household", condition=Q(household__isnull=False)),
            models.Index(fields=["area"], name="record_area"),
            BrinIndex(fields=["known_from"], name="record_known_from", autosummarize=True),
            models.Index(fields=["known_until"], name="record_known_until", condition=Q(known_until__isnull=False)),
        ]


class Special(models.Model):
    """The values of specially protected elements (health, disability) of one record, sealed and kept apart."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, db_constraint=False)
    sealed = Sealed(binding=SPECIAL, title=_("健康、残疾等特别保护的信息"))


class Pair(models.Model):
    """Two records that may be one person's. Unsure ones wait for somebody; `weight` is in bits."""

    class State(models.TextChoices):
        UNSURE = "unsure", _("等待核对")
        SAME = "same", _("是同一人")
        APART = "apart", _("不是同一人")

    left = models.ForeignKey(Record, models.CASCADE, related_name="+")
    right = models.ForeignKey(Record, models.CASCADE, related_name="+")
    area = models.BigIntegerField()
    weight = models.FloatField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.UNSURE)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["left", "right"], name="pair_once")]
        indexes = [models.Index(fields=["area"], name="pair_unsure", condition=Q(state="unsure"))]


class Move(models.Model):
    """Records that went from one person to another at once; put back, they return. Rows are only ever added.

    `cause` says which import or act did it; a taking back names the move that it undoes.
    """

    source = models.ForeignKey(Person, models.PROTECT, related_name="+")
    target = models.ForeignKey(Person, models.PROTECT, related_name="+")
    area = models.BigIntegerField()
    records = models.JSONField()
    imported = models.ForeignKey(Import, models.PROTECT, null=True, related_name="moves")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)


class Ruling(models.Model):
    """Somebody decided which record's word on an element counts; a later ruling on it replaces this one."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="rulings")
    element = models.CharField(max_length=40)
    record = models.ForeignKey(Record, models.PROTECT, related_name="+")
    reason = models.CharField(_("理由"), max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)


class Conflict(models.Model):
    """An element on which the records of a person say different things, and whether a rule or a ruling settles it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="conflicts")
    area = models.BigIntegerField()
    element = models.CharField(max_length=40)
    open = models.BooleanField()
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "element"], name="conflict_once")]
        indexes = [models.Index(fields=["area", "element"], name="conflict_open", condition=Q(open=True))]
