from importlib import import_module

from django.apps import AppConfig


class GridConfig(AppConfig):
    name = "lifang.domains.grid"
    label = "grid"

    def ready(self) -> None:
        import_module("lifang.domains.grid.effects")
        import_module("lifang.domains.grid.cascade")
        import_module("lifang.domains.grid.queues")
        import_module("lifang.domains.grid.bodies")
        import_module("lifang.domains.grid.residents")
