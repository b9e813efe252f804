"""Addresses of the counter: below /desk/counter/ for staff, below /services/ for residents."""

from django.urls import path

from lifang.domains.counter.pages import cases, desk, figures, public, receipt, rostering

urlpatterns = [
    path("desk/counter/", desk.counter, name="counter"),
    path("desk/counter/find/", desk.find, name="counter_find"),
    path("desk/counter/new/<slug:name>/", desk.start, name="counter_start"),
    path("desk/counter/queue/", desk.queue, name="counter_queue"),
    path("desk/counter/cases/", cases.cases, name="counter_cases"),
    path("desk/counter/cases/<str:number>/", cases.case, name="counter_case"),
    path("desk/counter/cases/<str:number>/link/", cases.link, name="counter_link"),
    path("desk/counter/cases/<str:number>/whole/", cases.reveal, name="counter_whole"),
    path("desk/counter/cases/<str:number>/paper/", cases.paper, name="counter_paper"),
    path("desk/counter/cases/<str:number>/fill/", cases.fill, name="counter_fill"),
    path("desk/counter/roster/", rostering.shifts, name="counter_roster"),
    path("desk/counter/roster/<int:pk>/off/", rostering.take_off, name="counter_off"),
    path("desk/counter/posts/", rostering.posts, name="counter_posts"),
    path("desk/counter/appointments/", rostering.appointments, name="counter_appointments"),
    path("desk/counter/appointments/<int:pk>/", rostering.appointment, name="counter_appointment"),
    path("desk/counter/figures/", figures.figures, name="counter_figures"),
    path("services/", public.services, name="services"),
    path("services/progress/", receipt.find, name="service_find"),
    path("services/r/<str:token>/", receipt.progress, name="service_progress"),
    path("services/r/<str:token>/slip/", receipt.slip, name="service_slip"),
    path("services/screen/<int:area>/", public.screen, name="service_screen"),
    path("services/<slug:name>/", public.service, name="service"),
    path("services/<slug:name>/apply/", public.apply, name="service_apply"),
    path("services/<slug:name>/form/", public.blank, name="service_blank"),
]
