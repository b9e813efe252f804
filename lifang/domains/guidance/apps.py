from importlib import import_module

from django.apps import AppConfig


class GuidanceConfig(AppConfig):
    name = "lifang.domains.guidance"
    label = "guidance"

    def ready(self) -> None:
        import_module("lifang.domains.guidance.beside")
        import_module("lifang.domains.guidance.words")
