from importlib import import_module

from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "lifang.domains.gate"
    label = "gate"

    def ready(self) -> None:
        import_module("lifang.domains.gate.words")
        import_module("lifang.domains.gate.sheets")
