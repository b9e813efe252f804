from django.urls import include, path, re_path

from lifang.faces.api import desk, pages
from lifang.faces.api.open311.urls import urlpatterns as open311
from lifang.faces.api.service import patterns

app_name = "api"
urlpatterns = [
    path("api/openapi.json", pages.openapi, name="openapi"),
    path("api/docs", pages.docs, name="docs"),
    path("api/v1/", include(patterns())),
    re_path(r"^api/", pages.nothing_here),
    path("open311/v2/", include(open311)),
    path("desk/tokens/", desk.tokens, name="tokens"),
    path("desk/tokens/<int:pk>/revoke/", desk.revoke, name="revoke"),
    path("desk/tokens/account/", desk.account, name="account"),
    path("desk/webhooks/", desk.webhooks, name="webhooks"),
    path("desk/webhooks/<int:pk>/", desk.webhook, name="webhook"),
    path("desk/webhooks/<int:pk>/end/", desk.end, name="webhook-end"),
    path("desk/webhooks/again/<uuid:pk>/", desk.again, name="webhook-again"),
]
