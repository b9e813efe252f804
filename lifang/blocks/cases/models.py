"""Everything done is a case: its standing, its acts, its parts, the voices that raised it, its pictures."""

import datetime as dt
from collections.abc import Iterable
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifang.ground.access.models import Unit
from lifang.ground.access.vault import Sealed
from lifang.ground.areas.codes import span


class CaseQuery(models.QuerySet["Case"]):
    def within(self, *places: int) -> Self:
        """Cases standing at or below these places, in either grid layer."""
        found = Q()
        for code in places:
            below = span(code)
            found |= Q(area__gte=below.start, area__lt=below.stop)
            if code % 1000:
                found |= Q(second_area=code)
        return self.filter(found)

    def open(self) -> Self:
        return self.filter(is_open=True)

    def overdue(self, now: dt.datetime) -> Self:
        return self.open().filter(due_at__lt=now)

    def in_states(self, states: Iterable[str]) -> Self:
        return self.filter(state__in=list(states))

    def newest(self) -> Self:
        return self.order_by("-opened_at", "-id")

    def most_urgent(self) -> Self:
        return self.order_by(models.F("due_at").asc(nulls_last=True), "id")


class Case(models.Model):
    """The standing of one case. All of it follows from its acts; times are aware, places are 15-digit codes.

    `asked` is true while a flag that ends in «_asked» waits for an answer. `involved` are the ids of every unit that has
    or had a part in it. `due_at` is the due time of the running clock that ends first, `clock` its name. `is_open` is
    true until it is closed or ended. Milestones are the first time a state was entered, except `handled_at` and
    `closed_at`, which are the last. `handle_due_at` is when the handling limit ends; where its clock never began, when
    the case was handled or closed, which places it in figures.
    """

    number = models.CharField(_("案件编号"), max_length=24, unique=True)
    type = models.CharField(max_length=40)
    type_version = models.CharField(max_length=60)
    state = models.CharField(_("状态"), max_length=30)
    flags = ArrayField(models.CharField(max_length=30), default=list)
    asked = models.BooleanField(default=False, db_default=False)
    version = models.IntegerField(default=1)
    is_open = models.BooleanField(default=True)

    area = models.BigIntegerField(_("地域"))
    second_area = models.BigIntegerField(_("建管网格"), null=True)
    lon = models.FloatField(_("经度"), null=True)
    lat = models.FloatField(_("纬度"), null=True)
    cell = models.BigIntegerField(null=True)
    place_text = models.CharField(_("地点"), max_length=200, blank=True)

    category = models.CharField(_("类别"), max_length=40)
    urgency = models.CharField(_("紧急程度"), max_length=20, default="ordinary")
    source = models.CharField(_("来源"), max_length=30)
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("情况"), blank=True)
    fields = models.JSONField(default=dict)
    words = SearchVectorField(null=True)

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="cases", verbose_name=_("承办单位"))
    involved = ArrayField(models.BigIntegerField(), default=list)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="duplicates")
    voices_count = models.IntegerField(default=1)

    clock = models.CharField(max_length=30, blank=True)
    due_at = models.DateTimeField(_("到期时间"), null=True)
    handle_due_at = models.DateTimeField(null=True)
    close_due_at = models.DateTimeField(null=True)
    respond_due_at = models.DateTimeField(null=True)

    opened_at = models.DateTimeField(_("上报时间"))
    accepted_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    called_back_at = models.DateTimeField(null=True)
    rated_at = models.DateTimeField(null=True)

    reworks = models.SmallIntegerField(default=0)
    returns = models.SmallIntegerField(default=0)
    solved = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    answered = models.BooleanField(null=True)
    excluded = models.CharField(max_length=40, blank=True)

    objects = CaseQuery.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "area", "-opened_at"], name="case_state_area"),
            models.Index(fields=["area", "-opened_at"], name="case_area"),
            models.Index(fields=["-opened_at", "-id"], name="case_newest"),
            models.Index(fields=["area"], name="case_asked", condition=Q(asked=True)),
            models.Index(fields=["second_area"], name="case_second_area", condition=Q(second_area__isnull=False)),
            models.Index(fields=["due_at"], name="case_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["unit", "state", "due_at"], name="case_unit"),
            models.Index(fields=["cell", "-opened_at"], name="case_cell", condition=Q(cell__isnull=False)),
            models.Index(fields=["closed_at"], name="case_closed", condition=Q(closed_at__isnull=False)),
            GinIndex(fields=["words"], name="case_words"),
            GinIndex(fields=["involved"], name="case_involved"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=models.F("id")),
                name="case_is_not_its_own_duplicate",
                violation_error_message=_("一个案件不能与自己重复。"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Act(models.Model):
    """One act on a case; rows are only ever added. `seq` is the case's version after it, from 1.

    `key` is the sender's idempotency key; `data` holds the inputs that the transition asked for.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="acts")
    seq = models.IntegerField()
    act = models.CharField(max_length=30)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30)
    user_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=60, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    function = models.CharField(max_length=60)
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    key = models.UUIDField(null=True, unique=True)

    class Meta:
        ordering = ["case", "seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="act_once_per_version")]
        indexes = [
            models.Index(fields=["user_id", "-at"], name="act_user"),
            models.Index(fields=["at"], name="act_at"),
        ]


class Part(models.Model):
    """What another unit must do for a case, with its own limit: a co-unit's share, the answer to a whistle, its word in a
    joint decision.

    An unfinished part ends with its case.
    """

    class Kind(models.TextChoices):
        SHARE = "share", _("协办")
        WHISTLE = "whistle", _("吹哨")
        JOINT = "joint", _("会审")

    class State(models.TextChoices):
        OPEN = "open", _("待办")
        RESPONDED = "responded", _("已报到")
        DONE = "done", _("已办")
        CANCELLED = "cancelled", _("已取消")

    UNFINISHED = (State.OPEN, State.RESPONDED)

    case = models.ForeignKey(Case, models.PROTECT, related_name="parts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=10, choices=Kind)
    duty = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    begun_at = models.DateTimeField()
    respond_due_at = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]


class Voice(models.Model):
    """One person or channel that raised a case. `token` opens the tracking page and nothing else.

    `name` and `phone` are encrypted; `phone_index` finds equal numbers without reading them. `person` is the id of the
    resident who raised it, where staff chose one or exactly one has that name and telephone.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="voices")
    token = models.CharField(max_length=32, primary_key=True)
    channel = models.CharField(max_length=30)
    text = models.TextField(blank=True)
    name = Sealed(default=bytes, binding="voice.name", title=_("诉求人姓名"))
    phone = Sealed(default=bytes, binding="voice.phone", title=_("诉求人电话"))
    phone_index = models.BinaryField(null=True, db_index=True)
    filed_by = models.BigIntegerField(null=True)
    person = models.BigIntegerField(null=True)
    consent = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    wants_answer = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person"], name="voice_person", condition=Q(person__isnull=False))]


class Photo(models.Model):
    """A picture of a case, kept by the hash of its cleaned bytes; `shown` pictures are seen by the reporter."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="photos")
    act = models.ForeignKey(Act, models.PROTECT, null=True, related_name="photos")
    sha256 = models.CharField(max_length=64)
    mime = models.CharField(max_length=30)
    size = models.IntegerField()
    width = models.IntegerField()
    height = models.IntegerField()
    shown = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]
