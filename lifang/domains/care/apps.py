from importlib import import_module

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "lifang.domains.care"
    label = "care"

    def ready(self) -> None:
        import_module("lifang.domains.care.beside")
        import_module("lifang.domains.care.effects")
        import_module("lifang.domains.care.following")
        import_module("lifang.domains.care.keeping")
        import_module("lifang.domains.care.words")
