from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "lifang.faces.api"
    label = "api"
