"""Addresses below /desk/persons/."""

from django.urls import path

from lifang.blocks.privacy.pages import disclose

urlpatterns = [path("<int:pk>/disclose/", disclose.disclose, name="person_disclose")]
