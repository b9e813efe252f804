from importlib import import_module

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "lifang.blocks.registry"
    label = "registry"

    def ready(self) -> None:
        import_module("lifang.blocks.registry.following")
