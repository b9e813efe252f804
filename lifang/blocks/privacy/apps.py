from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "lifang.blocks.privacy"
    label = "privacy"
