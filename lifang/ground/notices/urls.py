"""Addresses below /desk/notices/."""

from django.urls import path

from lifang.ground.notices import pages

urlpatterns = [
    path("", pages.notices, name="notices"),
    path("read/", pages.read_all, name="notices_read"),
    path("<int:pk>/open/", pages.open_notice, name="open_notice"),
]
