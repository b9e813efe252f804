"""Addresses below /desk/admin/jobs/."""

from django.urls import path

from lifang.ground.jobs import pages

urlpatterns = [
    path("", pages.jobs, name="jobs"),
    path("<int:pk>/retry/", pages.retry, name="retry_job"),
]
