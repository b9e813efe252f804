"""Addresses for residents, below matters/."""

from django.urls import path

from lifang.blocks.matters import public

urlpatterns = [path("", public.index, name="public_matters")]
