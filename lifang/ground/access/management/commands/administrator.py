from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lifang.ground.access.actions import create_user, give_grant
from lifang.ground.access.errors import Refused
from lifang.ground.access.models import Role
from lifang.ground.access.scope import system_scope


class Command(BaseCommand):
    help = "Enter the first administrator and print the initial password, which is shown this once."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="系统管理员")

    def handle(self, *args: Any, **options: Any) -> None:
        with system_scope("administrator"):
            try:
                user, password = create_user(by=None, username=options["username"], name=options["name"], unit=None)
                role = Role.objects.get(code="administrator")
                give_grant(by=None, user=user, role=role, area=settings.CONFIG.area, purpose="系统管理")
            except Refused as error:
                raise CommandError(str(error)) from None
        self.stdout.write(f"{options['username']}  {password}")
