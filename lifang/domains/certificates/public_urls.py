"""Addresses for residents, and for whoever is shown a certificate."""

from django.urls import path

from lifang.domains.certificates.pages import public

urlpatterns = [
    path("certificates/", public.ask, name="certificate_ask"),
    path("v/", public.verify, name="certificate_verify"),
    path("v/offline/", public.offline, name="certificate_offline"),
    path("v/<str:code>/", public.code, name="certificate_code"),
]
