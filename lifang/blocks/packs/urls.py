"""Addresses below /desk/packs/."""

from django.urls import path

from lifang.blocks.packs import pages

urlpatterns = [
    path("", pages.index, name="packs"),
    path("categories/<str:code>/", pages.category, name="pack_category"),
    path("cases/<str:name>/", pages.case_type, name="pack_case"),
    path("values/", pages.values, name="pack_values"),
    path("documents/", pages.documents, name="pack_documents"),
    path("documents/<str:pack>/<str:name>/", pages.document, name="pack_document"),
    path("compare/", pages.compare, name="pack_compare"),
]
