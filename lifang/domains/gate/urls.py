"""Addresses below /desk/gate/."""

from django.urls import path

from lifang.domains.gate.pages import admissions, community, desk, more

urlpatterns = [
    path("", desk.home, name="gate"),
    path("send/", desk.send_one, name="gate_send"),
    path("file/", more.file, name="gate_file"),
    path("figures/", more.intake, name="gate_figures"),
    path("sendings/<str:number>/", desk.sending, name="gate_sending"),
    path("sendings/<str:number>/letter/", desk.letter, name="gate_letter"),
    path("sendings/<str:number>/withdraw/", desk.withdraw, name="gate_withdraw"),
    path("admissions/", admissions.admissions, name="admissions"),
    path("admissions/new/", admissions.apply_for, name="admission_new"),
    path("admissions/<str:number>/", admissions.admission, name="admission"),
    path("hearings/", community.hearings, name="hearings"),
    path("hearings/<int:pk>/", community.hear, name="hearing"),
    path("asked/", community.asked, name="gate_asked"),
    path("asked/<int:pk>/", community.reach, name="gate_reach"),
    path("asked/<int:pk>/answer/", community.answer, name="gate_answer"),
    path("report/", community.report, name="gate_report"),
]
