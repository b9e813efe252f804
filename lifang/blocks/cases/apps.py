from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "lifang.blocks.cases"
    label = "cases"
