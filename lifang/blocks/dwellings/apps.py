from importlib import import_module

from django.apps import AppConfig


class DwellingsConfig(AppConfig):
    name = "lifang.blocks.dwellings"
    label = "dwellings"

    def ready(self) -> None:
        import_module("lifang.blocks.dwellings.carrying")
        import_module("lifang.blocks.dwellings.words")
