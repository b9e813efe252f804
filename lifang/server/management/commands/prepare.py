from typing import Any

from django.core.management.base import BaseCommand

from lifang.server.prepare import prepare


class Command(BaseCommand):
    help = "Create the database and its roles if need be, and bring the schema up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        prepare(options["verbosity"])
