"""Addresses of the figures."""

from django.urls import path

from lifang.blocks.indicators.pages import behind, dashboard, findings

urlpatterns = [
    path("", dashboard.dashboard, name="figures"),
    path("explain", behind.explain, name="figures_explain"),
    path("cases", behind.cases, name="figures_cases"),
    path("export", behind.export, name="figures_export"),
    path("closing", dashboard.closing, name="figures_closing"),
    path("findings", findings.findings, name="figures_findings"),
    path("findings/<int:pk>", findings.decide, name="figures_decide"),
]
