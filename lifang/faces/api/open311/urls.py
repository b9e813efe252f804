from django.urls import re_path

from lifang.faces.api.open311 import views

FORM = r"\.(?P<form>xml|json)$"
urlpatterns = [
    re_path(r"^discovery" + FORM, views.discovery, name="open311-discovery"),
    re_path(r"^services" + FORM, views.services, name="open311-services"),
    re_path(r"^services/(?P<code>[^/]{1,60})" + FORM, views.service, name="open311-service"),
    re_path(r"^requests" + FORM, views.requests, name="open311-requests"),
    re_path(r"^requests/(?P<number>[^/]{1,40})" + FORM, views.request_, name="open311-request"),
    re_path(r"^tokens/(?P<token>[^/]{1,64})" + FORM, views.token, name="open311-token"),
    re_path(r"^servicerequestupdates" + FORM, views.updates, name="open311-updates"),
    re_path(r"", views.nothing_here),
]
