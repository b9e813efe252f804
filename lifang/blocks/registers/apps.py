from importlib import import_module

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "lifang.blocks.registers"
    label = "registers"

    def ready(self) -> None:
        import_module("lifang.blocks.registers.words")
        import_module("lifang.blocks.registers.following")
        import_module("lifang.blocks.registers.beside")
