from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lifang.blocks.packs import service as packs
from lifang.faces.api.actions import give_token
from lifang.ground.access.errors import Refused
from lifang.ground.access.models import Unit, User
from lifang.ground.access.scope import scope_of
from lifang.ground.areas import codes


def _account(name: str) -> User:
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise CommandError(
            f"There is no active account {name}. An administrator makes service accounts on /desk/tokens/ (新建服务账号), "
            "and another one gives them tokens."
        )
    return found


class Command(BaseCommand):
    help = "Give an API token and print its secret, which is shown this once."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name", help="what the token is called")
        parser.add_argument("--by", required=True, help="user name of the manager of interfaces who gives it")
        parser.add_argument("--account", help="user name that it acts as: a service account, or the giver (default)")
        parser.add_argument("--function", action="append", required=True, help="may be given several times")
        parser.add_argument("--area", required=True, help="code of 2 to 15 digits")
        parser.add_argument("--unit", help="code of a unit: only cases in which it has a part")
        parser.add_argument("--purpose", required=True)
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--per-minute", type=int, default=120)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = _account(options["by"])
            user = _account(options["account"]) if options["account"] else by
            with scope_of(by, "api.manage") as scope:
                if not scope:
                    raise CommandError(f"{by.username} does not hold api.manage")
                _token, secret = give_token(
                    by=by,
                    user=user,
                    name=options["name"],
                    purpose=options["purpose"],
                    functions=options["function"],
                    area=codes.parse(options["area"]),
                    unit=Unit.objects.get(code=options["unit"], active=True) if options["unit"] else None,
                    days=options["days"],
                    per_minute=options["per_minute"],
                )
        except Unit.DoesNotExist:
            raise CommandError(f"No active unit has the code {options['unit']}.") from None
        except (Refused, codes.BadCode) as error:
            known = packs.functions()
            more = "" if known.keys() >= set(options["function"]) else f"\nFunctions: {', '.join(known)}"
            raise CommandError(f"{error}{more}") from None
        self.stdout.write(secret)
