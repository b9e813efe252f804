"""Addresses below /desk/persons/buildings/."""

from django.urls import path

from lifang.blocks.dwellings.pages import board

urlpatterns = [
    path("", board.buildings, name="buildings"),
    path("<str:at>/", board.board_by_door, name="building_by_door"),
    path("<int:community>/<str:at>/", board.board, name="building"),
]
