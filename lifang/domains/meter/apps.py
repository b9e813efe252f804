from importlib import import_module

from django.apps import AppConfig


class MeterConfig(AppConfig):
    name = "lifang.domains.meter"
    label = "meter"

    def ready(self) -> None:
        for room in ("words", "plates", "bodies", "effects", "calendar", "tasks"):
            import_module(f"lifang.domains.meter.{room}")
