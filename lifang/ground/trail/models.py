"""The trail: what was done or shown, by whom, under which function, where. Rows are only ever added."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act of a person or of the system, or one showing of a sensitive value.

    `function` is the one under which it ran, `what` names the action, `kind` and `object_id` the thing.
    """

    at = models.DateTimeField(_("时间"), auto_now_add=True)
    user_id = models.BigIntegerField(_("人员"), null=True)
    function = models.CharField(_("职能"), max_length=60)
    area = models.BigIntegerField(_("地域"))
    what = models.CharField(_("动作"), max_length=60)
    kind = models.CharField(_("对象类别"), max_length=40)
    object_id = models.CharField(_("对象"), max_length=60)
    data = models.JSONField(_("内容"), default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "object_id"]),
            models.Index(fields=["area", "-at"]),
            models.Index(fields=["user_id", "-at"]),
        ]
