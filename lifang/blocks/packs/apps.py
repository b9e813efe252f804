from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "lifang.blocks.packs"
    label = "packs"
