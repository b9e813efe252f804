"""Addresses below /desk/persons/."""

from django.urls import path

from lifang.blocks.registry.pages import households, one, persons

urlpatterns = [
    path("near/", persons.near, name="persons_near"),
    path("households/", households.of_place, name="households"),
    path("<int:pk>/", one.person, name="person"),
    path("<int:pk>/household/", households.household, name="person_household"),
    path("<int:pk>/reveal/", one.reveal, name="person_reveal"),
    path("<int:pk>/guarded/", one.guarded, name="person_guarded"),
]
