from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "lifang.ground.jobs"
    label = "jobs"
