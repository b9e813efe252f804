"""Addresses. Each face and each app keeps its own list."""

from django.urls import include, path

from lifang.server import health

handler400 = "lifang.faces.errors.bad_request"
handler403 = "lifang.faces.errors.forbidden"
handler404 = "lifang.faces.errors.not_found"
handler500 = "lifang.faces.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("lifang.ground.access.accounts")),
    path("looks/", include("lifang.faces.looks")),
    path("", include("lifang.faces.portal.urls")),
    path("", include("lifang.domains.grid.urls")),
    path("", include("lifang.domains.certificates.public_urls")),
    path("", include("lifang.domains.counter.urls")),
    path("", include("lifang.blocks.privacy.urls")),
    path("", include("lifang.faces.api.urls")),
    path("field/", include("lifang.faces.field.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("desk/admin/trail/", include("lifang.ground.trail.urls")),
    path("desk/admin/keys/", include("lifang.blocks.privacy.admin_urls")),
    path("desk/admin/jobs/", include("lifang.ground.jobs.urls")),
    path("desk/admin/", include("lifang.ground.access.urls")),
    path("desk/events/", include("lifang.blocks.cases.urls")),
    path("desk/", include("lifang.blocks.exchange.urls")),
    path("desk/persons/buildings/", include("lifang.blocks.dwellings.building_urls")),
    path("desk/dwellings/", include("lifang.blocks.dwellings.urls")),
    path("desk/persons/", include("lifang.blocks.lists.urls")),
    path("desk/persons/", include("lifang.blocks.registry.person_urls")),
    path("desk/persons/", include("lifang.blocks.privacy.person_urls")),
    path("desk/care/", include("lifang.domains.care.urls")),
    path("desk/gate/", include("lifang.domains.gate.urls")),
    path("desk/certificates/", include("lifang.domains.certificates.urls")),
    path("desk/forms/", include("lifang.blocks.forms.urls")),
    path("matters/", include("lifang.blocks.matters.public_urls")),
    path("nearby/", include("lifang.domains.guidance.public_urls")),
    path("desk/guide/", include("lifang.domains.guidance.urls")),
    path("desk/money/", include("lifang.domains.gate.money_urls")),
    path("desk/meter/", include("lifang.domains.meter.urls")),
    path("desk/matters/", include("lifang.blocks.matters.urls")),
    path("desk/registers/", include("lifang.blocks.registers.urls")),
    path("desk/data/review/", include("lifang.blocks.registry.review_urls")),
    path("desk/data/retention/", include("lifang.blocks.privacy.data_urls")),
    path("desk/data/", include("lifang.blocks.registry.data_urls")),
    path("desk/experts/", include("lifang.domains.experts.urls")),
    path("desk/figures/", include("lifang.blocks.indicators.urls")),
    path("desk/", include("lifang.faces.desk.urls")),
    path("desk/places/", include("lifang.ground.areas.urls")),
    path("desk/packs/", include("lifang.blocks.packs.urls")),
    path("desk/notices/", include("lifang.ground.notices.urls")),
]
