"""Addresses below /desk/places/."""

from django.urls import path

from lifang.ground.areas import changing, pages

urlpatterns = [
    path("", pages.top, name="places"),
    path("search/", pages.search, name="places_search"),
    path("findings/", pages.findings, name="places_findings"),
    path("coverage/", pages.coverage, name="places_coverage"),
    path("import/", changing.take_list, name="places_import"),
    path("changes/<int:pk>/undo/", changing.undo, name="undo_change"),
    path("<int:code>/", pages.place, name="place"),
    path("<int:code>/ground.json", pages.ground, name="place_ground"),
    path("<int:code>/create/", changing.create, name="place_create"),
    path("<int:code>/rename/", changing.rename, name="place_rename"),
    path("<int:code>/split/", changing.split, name="place_split"),
    path("<int:code>/merge/", changing.merge, name="place_merge"),
    path("<int:code>/move/", changing.move, name="place_move"),
    path("<int:code>/ground/", changing.ground, name="place_generate"),
]
