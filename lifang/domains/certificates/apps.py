from importlib import import_module

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "lifang.domains.certificates"
    label = "certificates"

    def ready(self) -> None:
        for module in ("beside", "effects", "keeping", "words"):
            import_module(f"lifang.domains.certificates.{module}")
