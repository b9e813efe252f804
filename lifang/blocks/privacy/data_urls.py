"""Addresses below /desk/data/retention/."""

from django.urls import path

from lifang.blocks.privacy.pages import retained

urlpatterns = [
    path("", retained.retained, name="retention"),
    path("hold/<int:pk>/", retained.hold, name="retention_hold"),
    path("holds/<int:pk>/end/", retained.end, name="retention_hold_end"),
]
