"""Addresses below /desk/care/."""

from django.urls import path

from lifang.domains.care.pages import assigning, household, mine, outreach, overview

urlpatterns = [
    path("", overview.care, name="care"),
    path("mine/", mine.mine, name="care_mine"),
    path("assign/", assigning.assign, name="care_assign"),
    path("households/<int:pk>/", household.household, name="care_household"),
    path("outreach/", outreach.outreach, name="care_outreach"),
    path("outreach/<str:number>/", outreach.one, name="care_visit"),
]
