from importlib import import_module

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "lifang.domains.certificates"
    label = "certificates"

    def ready(self) -> None:
        import_module("lifang.domains.certificates.effects")
        import_module("lifang.domains.certificates.keeping")
        import_module("lifang.domains.certificates.words")
