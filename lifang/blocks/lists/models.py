"""Who stands on a register by somebody's hand, lists that people keep, and what was shown of many persons at once."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifang.blocks.registry.models import Person
from lifang.ground.access.models import Unit, User
from lifang.ground.access.vault import Sealed

REASON = "lists.mark"


class Mark(models.Model):
    """Somebody says that a person belongs on a register, with a reason; it counts once another one has agreed, and until
    its day. It is never prolonged: who wants it longer proposes another one, which is looked at anew.

    `see` is the function that shows the register (packs' care_lists.yaml); `until` the first day on which it counts no more.
    """

    class Answer(models.TextChoices):
        AGREED = "agreed", _("同意")
        REFUSED = "refused", _("不同意")

    person = models.ForeignKey(Person, models.PROTECT, related_name="marks")
    care_list = models.CharField(max_length=40)
    see = models.CharField(max_length=60)
    reason = Sealed(binding=REASON, title=_("关爱名册人工标记的理由"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    until = models.DateField(_("到期"))
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    answer_note = models.CharField(_("复核意见"), max_length=200, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_note = models.CharField(_("结束的理由"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "care_list"], condition=Q(answer="", ended_at=None), name="mark_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("by")),
                name="mark_answered_by_another",
                violation_error_message=_("提出的人不能自己复核。"),
            ),
        ]
        indexes = [models.Index(fields=["care_list", "until"], name="mark_of_list")]


class SavedList(models.Model):
    """Filters under a name, one's own or shared in one's unit. `query` are the page's parameters; no word of a search."""

    name = models.CharField(_("名称"), max_length=40)
    query = models.JSONField()
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], name="list_once_a_name", violation_error_message=_("你已有一个同名的名单。")
            )
        ]


class Showing(models.Model):
    """Many persons shown or handed out at once: one row for all of them, so that each can be told who looked.

    `what` is a register of care that needs more than reading persons, or an export of residents, or of a register (of
    organisations, stations and so on) that names them; `purpose` and `reason` are an export's.
    """

    class What(models.TextChoices):
        LIST = "list", _("查看名册")
        EXPORT = "export", _("导出名单")
        REGISTER = "register", _("导出登记册")

    what = models.CharField(max_length=8, choices=What.choices)
    area = models.BigIntegerField(_("地域"))
    care_list = models.CharField(max_length=40, blank=True)
    register = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(_("用途"), max_length=60, blank=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    persons = ArrayField(models.BigIntegerField())
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [GinIndex(fields=["persons"], name="showing_persons")]

    @property
    def serial(self) -> str:
        return f"{timezone.localtime(self.at):%Y%m%d}-{self.pk:06}"
