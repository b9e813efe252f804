"""Addresses below /desk/persons/ that are of many persons, and of their standing on registers."""

from django.urls import path

from lifang.blocks.lists.pages import care, export, marks, persons, saved

urlpatterns = [
    path("", persons.persons, name="persons"),
    path("export/", export.export, name="persons_export"),
    path("saved/", saved.save, name="persons_save"),
    path("saved/<int:pk>/remove/", saved.remove, name="persons_saved_remove"),
    path("care/", care.overview, name="care_lists"),
    path("care/marks/", marks.waiting, name="care_marks"),
    path("care/marks/<int:pk>/answer/", marks.answer, name="care_mark_answer"),
    path("care/marks/<int:pk>/end/", marks.end, name="care_mark_end"),
    path("care/<str:name>/", care.one, name="care_list"),
    path("<int:pk>/mark/", marks.propose, name="person_mark"),
]
