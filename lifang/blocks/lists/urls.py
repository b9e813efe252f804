"""Addresses below /desk/persons/ that are of many persons."""

from django.urls import path

from lifang.blocks.lists.pages import persons

urlpatterns = [
    path("", persons.persons, name="persons"),
]
