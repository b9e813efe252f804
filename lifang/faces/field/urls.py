"""Addresses of the phone app. All lie below /field/, which is the reach of its service worker."""

from django.urls import path

from lifang.faces.field import buildings, case, offline, pages, report

app_name = "field"
urlpatterns = [
    path("", pages.today, name="today"),
    path("report/", report.report, name="report"),
    path("buildings/", buildings.buildings, name="buildings"),
    path("buildings/<str:at>/", buildings.building_by_door, name="building_by_door"),
    path("buildings/<int:community>/<str:at>/", buildings.building, name="building"),
    path("search/", pages.search, name="search"),
    path("me/", pages.me, name="me"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/photos/<int:pk>", case.photo, name="photo"),
    path("manifest.json", offline.manifest, name="manifest"),
    path("sw.js", offline.worker, name="worker"),
    path("who.json", offline.who, name="who"),
    path("offline/", offline.nothing_kept, name="offline"),
]
