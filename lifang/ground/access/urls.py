"""Addresses below /desk/admin/."""

from django.urls import path

from lifang.ground.access import pages

urlpatterns = [
    path("", pages.index, name="admin"),
    path("people/", pages.people, name="people"),
    path("people/new/", pages.new_person, name="new_person"),
    path("people/<int:pk>/", pages.person, name="person"),
    path("people/<int:pk>/change/", pages.change_person, name="change_person"),
    path("people/<int:pk>/grant/", pages.grant, name="grant"),
    path("people/<int:pk>/password/", pages.password, name="reset_password"),
    path("people/<int:pk>/state/", pages.state, name="person_state"),
    path("grants/<int:pk>/end/", pages.end, name="end_grant"),
    path("units/", pages.units, name="units"),
    path("units/new/", pages.new_unit, name="new_unit"),
    path("units/<int:pk>/", pages.unit, name="unit"),
    path("roles/", pages.roles, name="roles"),
    path("routes/", pages.routes_table, name="routes"),
]
