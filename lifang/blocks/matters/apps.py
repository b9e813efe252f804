from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "lifang.blocks.matters"
    label = "matters"
