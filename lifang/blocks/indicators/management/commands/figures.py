from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lifang.blocks.indicators import patterns, tally


class Command(BaseCommand):
    help = "The counters behind the figures: check them against the cases, fold what is new, count everything anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["check", "fold", "rebuild", "find"])

    def handle(self, *args: Any, **options: Any) -> None:
        match options["what"]:
            case "fold":
                self.stdout.write(f"{tally.fold()} changes folded.")
            case "rebuild":
                self.stdout.write(f"{tally.rebuild()} rows counted.")
            case "find":
                self.stdout.write(f"{patterns.find()} suggestions open.")
            case "check":
                self._check()

    def _check(self) -> None:
        found = tally.differences()
        for one in found:
            key = " ".join(f"{name}={value}" for name, value in one.key.items())
            self.stdout.write(f"{one.measure}: held {one.held}, counted {one.counted} ({key})")
        if found:
            raise CommandError("The counters differ from the cases; `lifang figures rebuild` counts them anew.")
        self.stdout.write("The counters agree with the cases.")
