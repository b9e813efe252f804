"""Addresses below /desk/admin/trail/."""

from django.urls import path

from lifang.ground.trail import pages

urlpatterns = [
    path("", pages.trail, name="trail"),
    path("export/", pages.export, name="trail_export"),
]
