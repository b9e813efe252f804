"""Counters of cases, kept by the database; places where the same comes back, and what was decided of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """Counts of one day (`month`: of the month beginning that day) for one member of a dimension at one place.

    `place` is a place of `level` (15 digits): dimension "place" (`member` empty) is kept for city, county and street,
    "category" and "unit" for city and county, so that a page about a place reads no more rows than it shows.
    Cases left out of fair rates (`left_out`) are counted in rows of their own. Columns as in `measures.COUNTED`.
    """

    class Dimension(models.TextChoices):
        PLACE = "place"
        CATEGORY = "category"
        UNIT = "unit"

    type = models.CharField(max_length=40)
    dimension = models.CharField(max_length=10, choices=Dimension)
    month = models.BooleanField()
    day = models.DateField()
    level = models.SmallIntegerField()
    place = models.BigIntegerField()
    member = models.CharField(max_length=40, default="")
    left_out = models.BooleanField()

    reported = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    filed = models.IntegerField(default=0)
    dispatched = models.IntegerField(default=0)
    returned = models.IntegerField(default=0)
    repeat = models.IntegerField(default=0)
    seconds_to_accept = models.BigIntegerField(default=0)
    seconds_to_dispatch = models.BigIntegerField(default=0)
    due_to_handle = models.IntegerField(default=0)
    handled = models.IntegerField(default=0)
    handled_in_time = models.IntegerField(default=0)
    due_to_close = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    closed_in_time = models.IntegerField(default=0)
    rework = models.IntegerField(default=0)
    seconds_to_handle = models.BigIntegerField(default=0)
    response_due = models.IntegerField(default=0)
    responded_in_time = models.IntegerField(default=0)
    callback_asked = models.IntegerField(default=0)
    callback_answered = models.IntegerField(default=0)
    solved = models.IntegerField(default=0)
    satisfied = models.IntegerField(default=0)
    excluded = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "dimension", "level", "month", "day", "place", "member", "left_out"], name="tally_once"
            )
        ]


class Standing(models.Model):
    """The columns of a case on which measures rest (`measures.COLUMNS`)."""

    type = models.CharField(max_length=40)
    area = models.BigIntegerField()
    category = models.CharField(max_length=40)
    unit_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=30)
    clock = models.CharField(max_length=30)
    excluded = models.CharField(max_length=40)
    opened_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    handle_due_at = models.DateTimeField(null=True)
    respond_due_at = models.DateTimeField(null=True)
    reworks = models.SmallIntegerField()
    returns = models.SmallIntegerField()
    duplicate_of_id = models.BigIntegerField(null=True)
    parent_id = models.BigIntegerField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    answered = models.BooleanField(null=True)

    class Meta:
        abstract = True


class Change(Standing):
    """A case as it stood before (`sign` -1) or stands after (+1) a change that the tally does not hold yet.

    Written by triggers of the migrations, so that no way of writing a case is forgotten; only ever added and folded.
    """

    sign = models.SmallIntegerField()
    recurs = models.BooleanField()


class Past(Standing):
    """A case as it stood when it was reopened: it stays counted as handled and closed in its time.

    Written by a trigger when a closing is taken back. Its report counts with the case itself.
    """

    case_id = models.BigIntegerField()
    involved = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes = [models.Index(fields=["area"], name="past_area"), models.Index(fields=["case_id"], name="past_case")]


class Recurrence(models.Model):
    """A case reported where a case of the same category had been reported within 30 days; known since its report."""

    case_id = models.BigIntegerField(primary_key=True)
    of_id = models.BigIntegerField()


class Finding(models.Model):
    """A suggestion: the same kind of event keeps coming back at one place. A person accepts or refuses it.

    `cases` are the numbers of the events behind it; `area` the smallest place that holds them.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待研判")
        ACCEPTED = "accepted", _("已采纳")
        REFUSED = "refused", _("未采纳")

    area = models.BigIntegerField(_("地域"))
    cell = models.BigIntegerField()
    category = models.CharField(_("类别"), max_length=40)
    cases = ArrayField(models.CharField(max_length=24), verbose_name=_("案件"))
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_name = models.CharField(max_length=60, blank=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cell", "category"], condition=models.Q(state="open"), name="finding_open_once"
            )
        ]
        indexes = [models.Index(fields=["area", "-last_at"], name="finding_area")]
