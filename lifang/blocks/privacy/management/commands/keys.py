from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from lifang.blocks.privacy import rotation
from lifang.ground.access import vault


class Command(BaseCommand):
    help = (
        "The keys of sealed values: what each one sealed; a new one; sealing anew; retiring those that nothing needs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="?", default="count", choices=["count", "rotate", "reseal", "retire"])

    def handle(self, *args: Any, **options: Any) -> None:
        match options["what"]:
            case "count":
                self._count()
            case "rotate":
                self._rotate()
            case "reseal":
                self.stdout.write(f"{rotation.reseal().total()} values and files sealed anew.")
                self._count()
            case "retire":
                try:
                    gone = rotation.retire()
                except rotation.InUse as refused:
                    raise CommandError(f"No key was retired: {refused}.") from None
                self.stdout.write(f"Retired to keys/retired: {', '.join(map(str, gone)) or 'none'}.")

    def _count(self) -> None:
        self.stdout.write(f"Key {vault.newest()} seals.")
        for where, counts in rotation.counted().items():
            said = ", ".join(f"key {number}: {count}" for number, count in sorted(counts.items()))
            self.stdout.write(f"{where}  {said or 'nothing'}")

    def _rotate(self) -> None:
        number = vault.make_key()
        with suppress(AlreadyEnqueued):
            app.configure_task(rotation.RESEAL, queueing_lock=rotation.RESEAL).defer()
        self.stdout.write(
            f"Key {number} seals from now on. The worker seals anew what older keys sealed; `lifang keys` counts what is left."
        )
