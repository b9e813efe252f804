from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "lifang.demo"
    label = "demo"
