from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "lifang.blocks.registry"
    label = "registry"
