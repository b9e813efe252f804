from importlib import import_module

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "lifang.blocks.ledger"
    label = "ledger"

    def ready(self) -> None:
        import_module("lifang.blocks.ledger.words")
