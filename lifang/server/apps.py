from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "lifang.server"
    label = "server"
