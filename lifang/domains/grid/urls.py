"""Addresses of reporting and following events."""

from django.urls import path

from lifang.domains.grid.pages import cascade, ground, proxy, report, track

urlpatterns = [
    path("report/", report.report, name="report"),
    path("report/ground.json", ground.ground, name="report_ground"),
    path("track/", track.find, name="track_find"),
    path("t/<str:token>/", track.track, name="track"),
    path("t/<str:token>/slip/", track.slip, name="track_slip"),
    path("t/<str:token>/photos/<int:photo_id>", track.photo, name="track_photo"),
    path("desk/tasks/", cascade.tasks, name="tasks"),
    path("desk/tasks/new/", cascade.new, name="task_new"),
    path("desk/tasks/<str:number>/", cascade.task, name="task"),
    path("desk/report/", proxy.proxy, name="proxy_report"),
    path("desk/disputes/new/", proxy.dispute, name="dispute_new"),
    path("desk/patrol/", proxy.patrol, name="patrol_report"),
]
