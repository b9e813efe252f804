import os
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lifang.demo.load import begun, load, loaded
from lifang.demo.people import PASSWORD, PEOPLE
from lifang.ground.access.models import Role
from lifang.server import embedded
from lifang.server.prepare import prepare
from lifang.server.supervisor import only_on_port


class Command(BaseCommand):
    help = "Load the demo city on first use, then serve it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--cases", type=int, default=600, help="how many cases the demo city has lived through")
        parser.add_argument("--load-only", action="store_true", help="load the city and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        config = settings.CONFIG
        own = config.database_url is None
        if not options["load_only"]:
            only_on_port(config)
        if own and embedded.start(config.data):
            self.stdout.write("Database started.")
        prepare(verbosity=0)
        if not loaded():
            if begun():
                self.stdout.write("The demo city was not loaded to its end; going on where that stopped.")
            began = time.monotonic()
            self.stdout.write("Loading the demo city (some minutes, once) ...")
            load(options["cases"], self._say)
            self.stdout.write(f"Loaded in {time.monotonic() - began:.0f} s.")
        self._sign_ins()
        if options["load_only"]:
            if own:
                embedded.stop(config.data)
            return
        os.execv(sys.executable, [sys.executable, "-m", "lifang", "serve"])

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()

    def _sign_ins(self) -> None:
        names = dict(Role.objects.values_list("code", "name"))
        self.stdout.write(f"\nResidents   {settings.ORIGIN}/\nStaff       {settings.ORIGIN}/desk/\n")
        self.stdout.write(
            f"API         {settings.ORIGIN}/api/docs   Open311  {settings.ORIGIN}/open311/v2/discovery.xml\n"
        )
        self.stdout.write(f"\nSign in with one of these names and the password {PASSWORD}\n")
        for person in PEOPLE:
            self.stdout.write(f"  {person.username:<10} {person.name}  {names.get(person.role, person.role)}")
        self.stdout.write("")
