"""Addresses of the resident's front door."""

from django.urls import path

from lifang.faces.portal import pages

urlpatterns = [path("", pages.home, name="home")]
