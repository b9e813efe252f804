"""Why a background job did not succeed. The jobs themselves are procrastinate's."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Trouble(models.Model):
    """One try of a job that failed: `error` is the exception's name and first words."""

    job_id = models.BigIntegerField()
    task = models.CharField(max_length=128)
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    error = models.CharField(_("原因"), max_length=300)

    class Meta:
        indexes = [models.Index(fields=["job_id", "-at"])]
