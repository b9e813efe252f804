"""Addresses below /desk/persons/."""

from django.urls import path

from lifang.blocks.registry.pages import one, persons

urlpatterns = [
    path("near/", persons.near, name="persons_near"),
    path("<int:pk>/", one.person, name="person"),
    path("<int:pk>/reveal/", one.reveal, name="person_reveal"),
    path("<int:pk>/guarded/", one.guarded, name="person_guarded"),
]
