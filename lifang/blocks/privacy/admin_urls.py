"""Addresses below /desk/admin/keys/."""

from django.urls import path

from lifang.blocks.privacy.pages import sealed

urlpatterns = [path("", sealed.keys, name="keys")]
