"""What each page costs the processor: `python -m bench.pages [name …]`, in one process on the cases that bench.lists makes.

A loop of plain Python stands above and below: where it differs, the machine was not quiet and the figures mean nothing.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

import django
from django.test import Client

from bench import lists, serving
from lifang.server import embedded

WARM, TIMES = 8, 20


def milliseconds(run: Callable[[], object], times: int) -> tuple[float, float]:
    """The median of this process's own time, and of the time that went by."""
    own, whole = [], []
    for _again in range(times):
        begun, at = time.process_time(), time.perf_counter()
        run()
        own.append(time.process_time() - begun)
        whole.append(time.perf_counter() - at)
    return statistics.median(own) * 1000, statistics.median(whole) * 1000


def loop() -> None:
    own, whole = milliseconds(lambda: sum(n * n % 7 for n in range(200_000)), TIMES)
    print(f"{'a loop of plain Python':<24} {own:6.1f} ms of processor, {whole:6.1f} ms in all")


def main() -> None:
    data = serving.CACHE / "million"
    os.environ.update(serving.environment(data), DJANGO_SETTINGS_MODULE="lifang.settings")
    begun = embedded.start(data)
    try:
        django.setup()
        street, unit, cases = lists._busiest(data)
        pages = {
            "street": f"/desk/events/?area={street}&state=handling",
            "city": "/desk/events/",
            "late": f"/desk/events/?unit={unit}&due=late",
            "queue": "/desk/events/?queue=verify",
            "words": "/desk/events/?q=%E5%9E%83%E5%9C%BE",
            "day": "/desk/",
            "case": f"/desk/events/{cases[0][0]}/",
        }
        client = Client(headers={"Host": "127.0.0.1"})
        client.post("/accounts/login/", {"login": "paiqian", "password": lists.PASSWORD})
        loop()
        for name in sys.argv[1:] or pages:

            def ask(address: str = pages[name]) -> None:
                if client.get(address).status_code != 200:
                    raise RuntimeError(f"{address} did not open")

            milliseconds(ask, WARM)
            own, whole = milliseconds(ask, TIMES)
            print(f"{name:<24} {own:6.1f} ms of processor, {whole:6.1f} ms in all")
        loop()
    finally:
        if begun:
            embedded.stop(data)


if __name__ == "__main__":
    main()
