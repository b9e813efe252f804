"""Addresses below /desk/persons/buildings/."""

from django.urls import path

from lifang.blocks.dwellings.pages import board

urlpatterns = [
    path("", board.buildings, name="buildings"),
    path("<str:at>/", board.board, name="building"),
]
