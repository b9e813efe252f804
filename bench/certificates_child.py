"""The part of `bench.certificates` that runs beside the database: prints what it measured as JSON."""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.db import transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifang.settings")
django.setup()

from lifang.blocks.cases.actions import apply  # noqa: E402
from lifang.blocks.cases.effects import Actor  # noqa: E402
from lifang.blocks.registry.models import Person, Record  # noqa: E402
from lifang.domains.certificates import checking, papers, sealing  # noqa: E402
from lifang.domains.certificates.checking import Found  # noqa: E402
from lifang.domains.certificates.models import Certificate  # noqa: E402
from lifang.domains.certificates.service import Asked, ask, of_code  # noqa: E402
from lifang.ground.access.models import User  # noqa: E402
from lifang.ground.access.scope import scope_of, system_scope  # noqa: E402
from lifang.server import embedded  # noqa: E402

KIND = "certify_residence"


def main(count: int) -> None:
    with system_scope("bench"):
        worker = User.objects.get(username="shequ")
        known = Record.objects.filter(current=True, known_until=None, facts__has_key="address").exclude(number_key=None)
        place = worker.unit.area if worker.unit else 0
        person = Person.objects.standing().within(place).filter(
            died_on=None, birth__lt="1990-01-01", pk__in=known.values("person")
        ).first()  # fmt: skip
    assert person is not None
    drawn: list[Any] = []
    really = papers.printed
    papers.printed = lambda sheet, data: (drawn.append(data), really(sheet, data))[1]  # type: ignore[assignment]
    issued = [_issued(person, worker) for _again in range(3)]
    begun = time.process_time()
    whole = [_timed(lambda: issued.append(_issued(person, worker))) for _again in range(count)]
    reckoned = (time.process_time() - begun) * 1000 / count
    papers.printed = really
    pdf = really("certificate", drawn[-1])
    print(
        json.dumps(
            {
                "whole": _p95(whole), "reckoned": reckoned, "unsigned": _p95([_timed(lambda: really("certificate", drawn[-1])) for _n in range(count)]),
                "signature": _p95([_timed(lambda: sealing.sign(pdf, "居住证明")) for _n in range(count)]),
                "answer": _p95([_timed(lambda: of_code(issued[-1])) for _n in range(count)]),
            }
        )
    )  # fmt: skip


def _issued(person: Person, worker: User) -> str:
    actor = Actor(worker.pk, worker.name, worker.unit_id)
    asked = Asked(area=person.area, channel="counter", kind=KIND, purpose="演示", person=person.pk, name=person.name)
    with transaction.atomic():
        with scope_of(worker, "certificate.check"):
            made = ask(asked=asked, actor=actor)
            found = dict.fromkeys(("name", "number", "address"), Found("register"))
            checking.note_facts(certificate=made, found=found, by=worker)
            apply(case_id=made.pk, act="check", version=1, actor=actor)
        with scope_of(worker, "certificate.issue"):
            apply(case_id=made.pk, act="issue", version=2, actor=actor, data={"copies": 1})
            return str(Certificate.objects.values_list("code", flat=True).get(pk=made.pk))


def _timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


if __name__ == "__main__":
    with embedded.ensured(settings.CONFIG.data):
        main(int(sys.argv[1]))
