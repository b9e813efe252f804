"""Addresses below /desk/certificates/."""

from django.urls import path

from lifang.domains.certificates.pages import asking, lists, one

urlpatterns = [
    path("", lists.certificates, name="certificates"),
    path("new/", asking.new, name="certificate_new"),
    path("unlisted/", asking.unlisted, name="certificate_unlisted"),
    path("kinds/", lists.listed, name="certificate_kinds"),
    path("kinds/<slug:name>/form/", lists.form, name="certificate_form"),
    path("seals/", lists.seals, name="certificate_seals"),
    path("month/", lists.month, name="certificate_month"),
    path("letters/", lists.received, name="certificate_letters"),
    path("letters/<int:pk>/", one.received, name="certificate_letter_received"),
    path("<str:number>/", one.certificate, name="certificate"),
    path("<str:number>/papers/<int:pk>/", one.paper, name="certificate_paper"),
    path("<str:number>/slip/", one.slip, name="certificate_slip"),
    path("<str:number>/letter/", one.letter, name="certificate_letter"),
]
