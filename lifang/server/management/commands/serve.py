from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lifang.server import embedded, supervisor
from lifang.server.prepare import prepare


class Command(BaseCommand):
    help = "Start the database (where embedded), web and worker, and keep them running until Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        config = settings.CONFIG
        own = config.database_url is None
        try:
            started = embedded.start(config.data) if own else False
        except embedded.NotStarted as error:
            raise CommandError(str(error)) from None
        try:
            prepare(verbosity=0)
            self.stdout.write(f"Lifang serves on {settings.ORIGIN} (data in {config.data}); Ctrl-C ends it.")
            self.stdout.flush()
            keep = (lambda: embedded.start(config.data)) if own else (lambda: None)
            supervisor.run(supervisor.commands(config.port, config.host, config.workers), _every(20, keep))
        finally:
            if started:
                embedded.stop(config.data)


def _every(ticks: int, what: Any) -> Any:
    count = 0

    def tick() -> None:
        nonlocal count
        count += 1
        if count % ticks == 0:
            what()

    return tick
