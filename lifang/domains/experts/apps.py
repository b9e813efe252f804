from importlib import import_module

from django.apps import AppConfig


class ExpertsConfig(AppConfig):
    name = "lifang.domains.experts"
    label = "experts"

    def ready(self) -> None:
        import_module("lifang.domains.experts.effects")
        import_module("lifang.domains.experts.telling")
        import_module("lifang.domains.experts.beside")
        import_module("lifang.domains.experts.titles")
