from importlib import import_module

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "lifang.faces.api"
    label = "api"

    def ready(self) -> None:
        import_module("lifang.faces.api.keeping")
