from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "lifang.ground.notices"
    label = "notices"
