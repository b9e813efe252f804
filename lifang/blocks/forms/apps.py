from importlib import import_module

from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "lifang.blocks.forms"
    label = "forms"

    def ready(self) -> None:
        import_module("lifang.blocks.forms.tasks")
        import_module("lifang.blocks.forms.words")
