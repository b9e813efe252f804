from importlib import import_module

from django.apps import AppConfig


class CounterConfig(AppConfig):
    name = "lifang.domains.counter"
    label = "counter"

    def ready(self) -> None:
        for module in ("beside", "effects", "keeping", "words"):
            import_module(f"lifang.domains.counter.{module}")
