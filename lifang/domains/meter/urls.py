"""Addresses below /desk/meter/."""

from django.urls import path

from lifang.domains.meter.pages import calendar, meter, plates, reading, rounds

urlpatterns = [
    path("", meter.home, name="meter"),
    path("records/", meter.records, name="meter_records"),
    path("places/<int:code>/", meter.unit, name="meter_place"),
    path("aloud/", reading.aloud, name="meter_aloud"),
    path("year/", reading.year, name="meter_year"),
    path("rules/", reading.rules, name="meter_rules"),
    path("calendar/", calendar.month, name="meter_calendar"),
    path("calendar/new/", calendar.new, name="meter_occasion_new"),
    path("calendar/learning/", calendar.learning, name="meter_learning"),
    path("calendar/<int:pk>/", calendar.one, name="meter_occasion"),
    path("calendar/<int:pk>/held/", calendar.held, name="meter_occasion_held"),
    path("calendar/<int:pk>/merge/", calendar.merge, name="meter_occasion_merge"),
    path("plates/", plates.plates, name="meter_plates"),
    path("plates/<int:code>/", plates.community, name="meter_plates_of"),
    path("plates/campaign/", plates.campaign, name="meter_campaign"),
    path("approvals/ask/", plates.ask, name="meter_ask"),
    path("approvals/", plates.approvals, name="meter_approvals"),
    path("approvals/<str:number>/", plates.decide, name="meter_approve"),
    path("rounds/", rounds.rounds, name="meter_rounds"),
    path("rounds/<str:number>/", rounds.one, name="meter_round"),
]
