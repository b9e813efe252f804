"""The part of `bench.ledger` that runs beside the database: prints what it measured as JSON.

Every writer posts to the same forty accounts of one community, as the application's role; then the month is closed.
"""

import datetime as dt
import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import django
from django.conf import settings
from django.db import connection, connections, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifang.settings")
django.setup()

from lifang.blocks.ledger.actions import Draft, Of, accounts, close_month, post_many  # noqa: E402
from lifang.blocks.ledger.books import MONEY  # noqa: E402
from lifang.blocks.ledger.queries import balances  # noqa: E402
from lifang.ground.access.ranges import today  # noqa: E402
from lifang.ground.access.scope import system_scope  # noqa: E402
from lifang.server import embedded  # noqa: E402

AREA = 360102001001000
WRITERS, TOGETHER, ACCOUNTS = 16, 100, 40
LAST_MONTH = today().replace(day=1) - dt.timedelta(days=1)
BARE = """
CREATE TABLE bare_entry (id bigserial PRIMARY KEY, book text, area bigint, day date, words text, paper text, due_on date,
  key text, reverses_id bigint, by_id bigint, at timestamptz);
CREATE TABLE bare_posting (entry_id bigint, account_id bigint, area bigint, day date, amount bigint);
GRANT ALL ON bare_entry, bare_posting, bare_entry_id_seq TO lifang_app;
"""
BARE_POST = """
WITH e AS (INSERT INTO bare_entry (book, area, day, words, paper, key, at)
  SELECT 'money', %s, %s, '演示', '', key, now() FROM unnest(%s::text[]) AS key RETURNING id, key)
INSERT INTO bare_posting SELECT e.id, l.account, %s, %s, l.amount
FROM e JOIN unnest(%s::text[], %s::int8[], %s::int8[]) AS l(key, account, amount) USING (key)
"""


def drafts(writer: str, count: int, each: int, kept: list[int]) -> Iterator[list[Draft]]:
    rng = random.Random(writer)
    for first in range(0, count, each):
        found = []
        for n in range(first, min(first + each, count)):
            (source, target), amount = rng.sample(kept, 2), rng.randrange(1, 100_000)
            found.append(Draft(AREA, LAST_MONTH, "演示", f"{writer}-{n}", {source: -amount, target: amount}))
        yield found


def posted(batch: list[Draft]) -> None:
    with system_scope("bench.ledger"):
        post_many(book=MONEY, drafts=batch, by=None)


def bare(batch: list[Draft]) -> None:
    lines = [(one.key, account, amount) for one in batch for account, amount in one.lines.items()]
    columns = [list(column) for column in zip(*lines, strict=True)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE_POST, [AREA, LAST_MONTH, [one.key for one in batch], AREA, LAST_MONTH, *columns])


def raced(
    name: str, count: int, each: int, kept: list[int], act: Callable[[list[Draft]], None]
) -> tuple[float, Counter[int]]:
    """Entries a second of all writers together, and what each account must stand at then."""
    expected: Counter[int] = Counter()
    batches = [list(drafts(f"{name}{n}", count // WRITERS, each, kept)) for n in range(WRITERS)]
    for writer in batches:
        for batch in writer:
            for one in batch:
                expected.update(one.lines)
    failed: list[Exception] = []

    def write(mine: list[list[Draft]]) -> None:
        try:
            for batch in mine:
                act(batch)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[mine]) for mine in batches]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if failed:
        raise failed[0]
    return count // WRITERS * WRITERS / took, expected


def stand(kept: list[int]) -> tuple[float, dict[int, int]]:
    """Milliseconds for one balance, and all of them."""
    with system_scope("bench.ledger"):
        found = balances(kept, today())
        began = time.perf_counter()
        for _again in range(5):
            balances(kept[:1], today())
    return (time.perf_counter() - began) * 200, found


def measure(count: int) -> dict[str, object]:
    with embedded.ensured(settings.CONFIG.data):
        with connections["owner"].cursor() as cursor:
            cursor.execute("TRUNCATE ledger_account, ledger_entry, ledger_posting, ledger_closing, ledger_balance")
            cursor.execute("DROP TABLE IF EXISTS bare_entry, bare_posting")
            cursor.execute(BARE)
        with system_scope("bench.ledger"):
            kept = sorted(accounts(MONEY, [Of(AREA, f"kind{n}") for n in range(ACCOUNTS)]).values())
        few = max(count // 20, WRITERS * 50)
        bare_many, _none = raced("b", count, TOGETHER, kept, bare)
        bare_single, _none = raced("s", few, 1, kept, bare)
        many, expected = raced("m", count, TOGETHER, kept, posted)
        single, more = raced("o", few, 1, kept, posted)
        expected.update(more)
        slow, found = stand(kept)
        with system_scope("bench.ledger"):
            close_month(book=MONEY, area=AREA, month=LAST_MONTH, by=None)
        fast, after = stand(kept)
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT count(*) / %s FROM ledger_posting", [ACCOUNTS])
            [postings] = cursor.fetchone()
        right = all(found[pk] == after[pk] == expected[pk] for pk in kept) and sum(found.values()) == 0
        return {
            "bare": bare_many, "bare_single": bare_single, "many": many, "single": single, "balance": slow, "kept": fast,
            "postings": postings, "right": right,
        }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
