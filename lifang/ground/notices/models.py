"""What a person is told in the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lifang.ground.access.models import User


class Notice(models.Model):
    """One message to one person, with the page that it is about."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    title = models.CharField(_("标题"), max_length=120)
    body = models.CharField(_("内容"), max_length=500, blank=True)
    url = models.CharField(max_length=200)
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-at"]),
            models.Index(fields=["user"], name="notice_unread", condition=models.Q(read_at=None)),
        ]
