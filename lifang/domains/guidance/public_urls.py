"""Addresses for residents, below nearby/."""

from django.urls import path

from lifang.domains.guidance.pages import services

urlpatterns = [path("", services.index, name="nearby")]
