"""Addresses of the guide, below desk/guide/."""

from django.urls import path

from lifang.domains.guidance.pages import reading, working

urlpatterns = [
    path("", reading.index, name="guide"),
    path("touched/", reading.touched, name="guide_touched"),
    path("<int:pk>/", reading.one, name="guide_article"),
    path("<int:pk>/adopt/", working.adopting, name="guide_adopt"),
    path("new/", working.create, name="guide_new"),
    path("work/", working.index, name="guide_work"),
    path("work/<int:pk>/", working.one, name="guide_work_one"),
    path("work/<int:pk>/edit/", working.change, name="guide_edit"),
    path("work/<int:pk>/send/", working.hand_in, name="guide_send"),
    path("work/<int:pk>/check/", working.check, name="guide_check"),
]
