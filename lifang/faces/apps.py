from django.apps import AppConfig


class FacesConfig(AppConfig):
    name = "lifang.faces"
    label = "faces"
