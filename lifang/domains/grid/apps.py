from django.apps import AppConfig


class GridConfig(AppConfig):
    name = "lifang.domains.grid"
    label = "grid"
