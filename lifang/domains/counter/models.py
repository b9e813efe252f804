"""The counter: what was applied for, how its form was filled, who sits there, who waits and who comes when.

What a case says to everybody who reads cases stands in the case; who applied and what the form says stand here.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lifang.blocks.cases.models import Case
from lifang.ground.access.models import User
from lifang.ground.access.vault import Sealed

FILLING, NAME, PHONE, ADDRESS = "counter.filling", "counter.name", "counter.phone", "counter.address"


class Application(models.Model):
    """What a case of the counter is about. `service` is its name in the packs, `line` the kind of unit whose line it is.

    `person` is a resident of the register once somebody knows who it is. `code` opens the progress together with the number.
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="application")
    area = models.BigIntegerField(_("社区"))
    service = models.CharField(_("事项"), max_length=40)
    line = models.CharField(_("条线"), max_length=40)
    person = models.BigIntegerField(null=True)
    code = models.CharField(_("查询码"), max_length=6)

    class Meta:
        indexes = [
            models.Index(fields=["area", "service"], name="application_area"),
            models.Index(fields=["person"], name="application_person", condition=models.Q(person__isnull=False)),
        ]


class Filling(models.Model):
    """One state of a form and of the papers seen with it. Each is kept; the newest counts. `sealed` is JSON:
    answers (by question), known (by element, with words and origin), papers, proxy."""

    class Way(models.TextChoices):
        DESK = "desk", _("窗口填写")
        HOME = "home", _("居民在家填写")
        PAPER = "paper", _("纸质表录入")

    case = models.ForeignKey(Case, models.PROTECT, related_name="fillings")
    sealed = Sealed(default=bytes, binding=FILLING, title=_("申请表内容"))
    way = models.CharField(_("怎样填的"), max_length=8, choices=Way)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class Shift(models.Model):
    """Somebody sits at a window of the reception post; `line` is the work that they ordinarily do, "" if none."""

    area = models.BigIntegerField(_("社区"))
    day = models.DateField(_("日期"))
    since = models.TimeField(_("从几点"))
    until = models.TimeField(_("到几点"))
    window = models.PositiveSmallIntegerField(_("窗口"), default=1)
    worker = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("接待的人"))
    line = models.CharField(_("平时的条线"), max_length=40, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["area", "day"], name="shift_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("since")),
                name="shift_hours",
                violation_error_message=_("结束时间要晚于开始时间。"),
            )
        ]


class Ticket(models.Model):
    """A number of the queue of one day. It names nobody; `person` is whom the window chose."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等候")
        CALLED = "called", _("正在接待")
        DONE = "done", _("接待完")
        LEFT = "left", _("没有等到")

    area = models.BigIntegerField(_("社区"))
    day = models.DateField(_("日期"))
    number = models.PositiveSmallIntegerField(_("号"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    window = models.PositiveSmallIntegerField(_("窗口"), null=True)
    calls = models.PositiveSmallIntegerField(_("叫过几次"), default=0)
    at = models.DateTimeField(_("取号时间"))
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    called_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "day", "number"], name="ticket_number"),
            models.UniqueConstraint(
                fields=["called_by", "area", "day"],
                condition=models.Q(state="called"),
                name="ticket_one_at_a_window",
            ),
        ]


class Appointment(models.Model):
    """Somebody comes to the counter at a time, or is visited at home. Not to have come is no blame: it is told, and one
    may book again."""

    class Way(models.TextChoices):
        COUNTER = "counter", _("到窗口来")
        HOUSE_CALL = "house_call", _("上门办理")

    class State(models.TextChoices):
        BOOKED = "booked", _("已约")
        KEPT = "kept", _("已办")
        MISSED = "missed", _("没有见到")
        CANCELLED = "cancelled", _("已取消")

    area = models.BigIntegerField(_("社区"))
    at = models.DateTimeField(_("时间"))
    way = models.CharField(_("方式"), max_length=12, choices=Way)
    service = models.CharField(_("事项"), max_length=40, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.BOOKED)
    name = Sealed(default=bytes, binding=NAME, title=_("预约人姓名"))
    phone = Sealed(default=bytes, binding=PHONE, title=_("预约人电话"))
    address = Sealed(default=bytes, binding=ADDRESS, title=_("上门地址"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = [models.Index(fields=["area", "at"], name="appointment_at")]
