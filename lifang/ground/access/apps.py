from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "lifang.ground.access"
    label = "access"
