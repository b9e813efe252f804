"""Several people at once, in real transactions: what they do is committed, and cleared away afterwards."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """The results of tasks begun together, an exception in its task's place."""
    ready, results = threading.Barrier(len(tasks)), [None] * len(tasks)

    def run(place: int, task: Callable[[], Any]) -> None:
        try:
            ready.wait()
            results[place] = task()
        except Exception as error:
            results[place] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@contextlib.contextmanager
def committed(blocker: DjangoDbBlocker, apps: str) -> Iterator[None]:
    """What is done within is committed; afterwards the tables of these apps («access|areas») are emptied by the owner,
    because the application may not delete acts."""
    with blocker.unblock():
        connections.close_all()
        try:
            yield
        finally:
            connections.close_all()
            with connections["owner"].cursor() as cursor:
                cursor.execute(
                    "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'"
                    " AND tablename ~ %s AND tablename <> 'areas_edition'",
                    [f"^({apps})_"],
                )
                cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} CASCADE")
            connections["owner"].close()
