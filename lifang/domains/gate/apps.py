from importlib import import_module

from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "lifang.domains.gate"
    label = "gate"

    def ready(self) -> None:
        for room in ("words", "letters", "sheets", "effects", "telling", "beside"):
            import_module(f"lifang.domains.gate.{room}")
