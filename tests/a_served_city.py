"""Fill the data folder of LIFANG_DATA with a small city and print the secret of an API token. Run as a program."""

import django

django.setup()

from lifang.faces.api.actions import give_token  # noqa: E402
from lifang.ground.access.scope import scope_of  # noqa: E402
from tests.situations import CITY, a_person, a_small_city  # noqa: E402

if __name__ == "__main__":
    a_small_city()
    manager = a_person("administrator", CITY)
    with scope_of(manager, "api.manage"):
        _token, secret = give_token(
            by=manager, user=manager, name="faults", purpose="test", functions=["public.report"], area=CITY, unit=None,
            days=2, per_minute=100_000,
        )  # fmt: skip
    print(secret)  # noqa: T201
