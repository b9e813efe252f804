"""Addresses of helpers and experts, below desk/experts/."""

from django.urls import path

from lifang.domains.experts.pages import answering, asking, register

urlpatterns = [
    path("", register.experts, name="experts"),
    path("new/", register.create, name="expert_new"),
    path("<int:pk>/edit/", register.edit, name="expert_edit"),
    path("<int:pk>/phone/", register.phone, name="expert_phone"),
    path("ask/<str:number>/", asking.ask, name="expert_ask"),
    path("answers/", asking.answers, name="expert_answers"),
    path("asked/", answering.asked, name="experts_asked"),
    path("asked/<str:number>/", answering.question, name="expert_question"),
]
