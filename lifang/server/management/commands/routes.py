from typing import Any

from django.core.management.base import BaseCommand

from lifang.blocks.packs import service as packs
from lifang.ground.access.routes import table


class Command(BaseCommand):
    help = "Print every address with the function that it asks for and the roles that pass (tests/routes.txt)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(table({code: role.functions for code, role in packs.roles().items()}), ending="")
