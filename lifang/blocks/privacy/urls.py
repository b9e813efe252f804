"""Addresses for residents."""

from django.urls import path

from lifang.blocks.privacy.pages import mine

urlpatterns = [path("mine/<str:token>/", mine.mine, name="mine")]
