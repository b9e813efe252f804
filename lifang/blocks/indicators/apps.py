from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "lifang.blocks.indicators"
    label = "indicators"
