from importlib import import_module

from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "lifang.blocks.lists"
    label = "lists"

    def ready(self) -> None:
        import_module("lifang.blocks.lists.words")
        import_module("lifang.blocks.lists.showings")
        import_module("lifang.blocks.lists.panel")
        import_module("lifang.blocks.lists.keeping")
