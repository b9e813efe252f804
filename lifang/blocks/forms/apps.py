from importlib import import_module

from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "lifang.blocks.forms"
    label = "forms"

    def ready(self) -> None:
        for room in ("keeping", "tasks", "words"):
            import_module(f"lifang.blocks.forms.{room}")
