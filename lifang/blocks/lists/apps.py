from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "lifang.blocks.lists"
    label = "lists"
