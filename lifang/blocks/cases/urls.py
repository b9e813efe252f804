"""Addresses of the desk's case pages."""

from django.urls import path

from lifang.blocks.cases.pages import lists, one

urlpatterns = [
    path("", lists.cases, name="cases"),
    path("export/", lists.export, name="cases_export"),
    path("<str:number>/", one.case, name="case"),
    path("<str:number>/contact/", one.contact, name="case_contact"),
    path("<str:number>/slip/", one.slip, name="case_slip"),
    path("<str:number>/photos/<int:pk>/", one.photo, name="case_photo"),
]
