from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "lifang.ground.trail"
    label = "trail"
