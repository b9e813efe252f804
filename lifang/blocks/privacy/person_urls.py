"""Addresses below /desk/persons/."""

from django.urls import path

from lifang.blocks.privacy.pages import consent, disclose

urlpatterns = [
    path("<int:pk>/disclose/", disclose.disclose, name="person_disclose"),
    path("<int:pk>/consent/", consent.consent, name="person_consent"),
    path("consent/<int:pk>/withdraw/", consent.withdraw, name="person_consent_withdraw"),
]
