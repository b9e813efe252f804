"""Addresses of the desk."""

from django.urls import path

from lifang.faces.desk import ground, search, start

urlpatterns = [
    path("", start.desk, name="desk"),
    path("start/", start.start, name="desk_start"),
    path("search/", search.search, name="desk_search"),
    path("map/", ground.ground, name="desk_map"),
    path("map/areas.json", ground.areas, name="desk_map_areas"),
    path("map/points.json", ground.points, name="desk_map_points"),
]
