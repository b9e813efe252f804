"""Addresses for residents, below nearby/."""

from django.urls import path

from lifang.domains.guidance.pages import nearby

urlpatterns = [path("", nearby.index, name="nearby")]
