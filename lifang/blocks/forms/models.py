"""What departments ask of communities: forms in versions, their sendings, the returns, and what was typed into them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifang.blocks.registry.models import Person
from lifang.ground.access.models import Unit, User
from lifang.ground.access.vault import Sealed

ROWS, LAYOUT, ANSWER = "forms.rows", "forms.workbook", "forms.answer"


class Form(models.Model):
    """A form of a unit, whatever its versions. `name` is that of the pack's form from which it was taken, "" of a file's.

    `last` is the first day on which it is not asked any more.
    """

    code = models.CharField(_("表号"), max_length=20, unique=True)
    area = models.BigIntegerField(_("地域"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("填报要求单位"))
    name = models.CharField(max_length=40, blank=True)
    last = models.DateField(_("停用日"), null=True)

    class Meta:
        indexes = [models.Index(fields=["unit"], name="form_of_unit")]

    def __str__(self) -> str:
        return self.code


class Edition(models.Model):
    """One version of a form, never changed. `sheet` is its shape as packs write it (see `written`); `marks` are what it is
    compared by: bound elements, counts and pairs of characters of its titles."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("第几版"))
    title = models.CharField(_("表名"), max_length=120)
    matter = models.CharField(_("所属事项"), max_length=40, blank=True)
    period = models.CharField(_("频次"), max_length=12)
    shape = models.CharField(_("样式"), max_length=8)
    sheet = models.JSONField()
    marks = ArrayField(models.CharField(max_length=80))
    since = models.DateField(_("从哪天起"))
    reason = models.CharField(_("为什么改"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="edition_once")]

    def __str__(self) -> str:
        return self.title


class Merging(models.Model):
    """What a unit said of an edition of its own and another form that asks the same: that the two should be one, or why it
    is sent apart all the same."""

    class What(models.TextChoices):
        PROPOSED = "proposed", _("建议合并")
        APART = "apart", _("单独下发")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="mergings")
    other = models.ForeignKey(Form, models.PROTECT, related_name="+")
    what = models.CharField(max_length=8, choices=What)
    reason = models.CharField(_("为什么不合并"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "other"], condition=Q(what="proposed"), name="merging_once")
        ]


class Workbook(models.Model):
    """The sender's own workbook without its data, into whose cells a return is written."""

    edition = models.OneToOneField(Edition, models.CASCADE, primary_key=True, related_name="workbook")
    sealed = Sealed(binding=LAYOUT, title=_("部门表单的原表样"))


class Issue(models.Model):
    """One sending of an edition to `places`, for the period `label`, with the data of the day `on`.

    `sending` is the gate's own. With `recurs` the next period's follows by itself; `why_not` says what kept it back.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="issues")
    area = models.BigIntegerField(_("地域"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    places = ArrayField(models.BigIntegerField())
    label = models.CharField(_("报告期"), max_length=20)
    on = models.DateField(_("数据日期"))
    due = models.DateField(_("期限"))
    until = models.DateField(_("失效日"))
    sending = models.CharField(max_length=60, blank=True)
    recurs = models.BooleanField(_("按期自动生成"), default=False)
    why_not = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("due")), name="issue_expires_after_due"),
            models.UniqueConstraint(fields=["sending"], condition=~Q(sending=""), name="issue_once_of_sending"),
        ]
        indexes = [models.Index(fields=["unit", "-at"], name="issue_of_unit")]


class Return(models.Model):
    """What one place returns to one sending; a correction is a new version with its reason, and the old one stays.

    `cells` of a sheet: column → [value, origin, day]; `rows` of a roster, sealed: who each row is of, and its cells,
    until their time is over (`retention.form_return`).
    `known`, `old` and `asked` count the cells that were filled, to be confirmed and to be typed when it was made;
    `confirmed` and `typed` those that somebody did. `change` counts how often somebody changed it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待填充")
        FILLED = "filled", _("待核对填写")
        CHECKED = "checked", _("可以提交")
        SUBMITTED = "submitted", _("已提交")
        LOCKED = "locked", _("已锁定")

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="returns")
    area = models.BigIntegerField(_("地域"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(_("编号"), max_length=24)
    version = models.PositiveSmallIntegerField(default=1)
    current = models.BooleanField(default=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    cells = models.JSONField(default=dict)
    rows = Sealed(default=b"", binding=ROWS, title=_("报表里逐人的行"))
    known = models.IntegerField(default=0)
    old = models.IntegerField(default=0)
    asked = models.IntegerField(default=0)
    confirmed = models.IntegerField(default=0)
    typed = models.IntegerField(default=0)
    reason = models.CharField(_("更正理由"), max_length=200, blank=True)
    paper = models.BooleanField(_("按纸表录入"), default=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    change = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="return_version_once"),
            models.UniqueConstraint(fields=["issue", "area"], condition=Q(current=True), name="return_one_of_a_place"),
        ]
        indexes = [models.Index(fields=["area", "state"], name="return_place", condition=Q(current=True))]

    def __str__(self) -> str:
        return self.number

    @property
    def emptied(self) -> bool:
        """A roster whose rows were deleted when their time was over; its counts stay."""
        return not self.cells and not self.rows and self.known + self.old + self.asked > 0


class Answer(models.Model):
    """What was typed into a column that nothing else knows: its home, from which every later form takes it.

    It is about a place, a person or a `home` of it, or an entry of a register there (`entry`). Rows are only ended, never
    changed.
    """

    form = models.ForeignKey(Form, models.PROTECT, related_name="answers")
    column = models.CharField(max_length=40)
    area = models.BigIntegerField(_("地域"))
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    entry = models.BigIntegerField(null=True)
    home = models.CharField(max_length=80, blank=True, default="")
    sealed = Sealed(binding=ANSWER, title=_("社区在报表里填的新数据"))
    held_on = models.DateField()
    known_until = models.DateTimeField(null=True)
    given = models.ForeignKey(Return, models.PROTECT, related_name="answers")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["form", "column", "area"], name="answer_now", condition=Q(known_until=None)),
            models.Index(fields=["person"], name="answer_of_person", condition=Q(person__isnull=False)),
        ]
