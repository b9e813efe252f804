from importlib import import_module

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "lifang.blocks.exchange"
    label = "exchange"

    def ready(self) -> None:
        import_module("lifang.blocks.exchange.words")
        import_module("lifang.blocks.exchange.keeping")
        import_module("lifang.blocks.exchange.pages.panel")
