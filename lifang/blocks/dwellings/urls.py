"""Addresses below /desk/dwellings/."""

from django.urls import path

from lifang.blocks.dwellings.pages import filing, flat, laying

urlpatterns = [
    path("", filing.filings, name="dwellings"),
    path("new/", laying.form, name="dwellings_new"),
    path("file/", laying.file, name="dwellings_file"),
    path("filings/<int:pk>/", filing.one, name="dwellings_filing"),
    path("flats/<int:pk>/", flat.flat, name="dwelling"),
]
