from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "lifang.blocks.cases"
    label = "cases"

    def ready(self) -> None:
        import_module("lifang.blocks.cases.standard")
        import_module("lifang.blocks.cases.telling")
        import_module("lifang.blocks.cases.titles")
        import_module("lifang.blocks.cases.waiting")
