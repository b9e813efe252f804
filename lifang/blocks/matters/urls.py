"""Addresses below /desk/matters/."""

from django.urls import path

from lifang.blocks.matters import pages

urlpatterns = [
    path("", pages.index, name="matters"),
    path("export/", pages.export, name="matters_export"),
    path("changes/", pages.changes, name="matter_changes"),
    path("<slug:name>/", pages.one, name="matter"),
]
