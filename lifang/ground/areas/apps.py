from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "lifang.ground.areas"
    label = "areas"
