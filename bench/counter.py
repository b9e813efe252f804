"""The counter's pages with the demo city, through HTTP by eight people at once, beside an empty answer."""

from bench import client, serving
from bench.lists import CLIENTS, _owner, _row, signed_in
from lifang.server import embedded

TARGET = 100
EACH = {True: 60, False: 20}
PERSON = """
SELECT p.id FROM registry_person p JOIN counter_application a ON a.area / 1000 = p.area / 1000
WHERE p.records > 1 AND p.died_on IS NULL LIMIT 1
"""

NUMBER = "SELECT number FROM cases_case WHERE type = 'service' LIMIT 1"


def run(full: bool) -> list[dict[str, object]]:
    """95 % of the answers of each page, in milliseconds."""
    data = serving.CACHE / "counter"
    serving.lifang(data, "demo", "--load-only", "--cases", "60")
    embedded.start(data)
    try:
        with _owner(data) as db:
            person, number = db.execute(PERSON).fetchone(), db.execute(NUMBER).fetchone()
    finally:
        embedded.stop(data)
    if person is None or number is None:
        raise RuntimeError("nobody at the counter to measure with")
    pages = {
        "counter page without a person": "/desk/counter/",
        "counter page with a resident judged for every item": f"/desk/counter/?person={person[0]}",
        "form of an item, filled from the registers": f"/desk/counter/new/elder_allowance/?person={person[0]}",
        "list of matters at the counter": "/desk/counter/cases/?show=back",
        "one matter": f"/desk/counter/cases/{number[0]}/",
        "items for residents": "/services/",
    }
    with serving.served(data) as (port, _server):
        who = signed_in(port, "shequ")

        def repeat(path: str) -> client.Measured:
            requests = [client.get(path, who)] * EACH[full]
            client.hammer(port, 2, lambda _n: requests[:5])
            return client.hammer(port, CLIENTS, lambda _n: requests)

        plain = repeat("/healthz").percentile(0.95)
        return [
            _row(f"{name} (demo city, {CLIENTS} clients, p95)", repeat(path), TARGET, plain)
            for name, path in pages.items()
        ]
