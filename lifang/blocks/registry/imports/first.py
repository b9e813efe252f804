"""The first load of a register: its indexes are built over all rows at once, sorted, not kept up row by row."""

from django.db import connection

FEWEST, MOST_STANDING = 20_000, 50_000
STANDING = "SELECT count(*) FROM (SELECT FROM registry_record LIMIT %s) standing"


def shelved(coming: int) -> bool:
    """Take the indexes away where many rows come and few stand. Whoever reads persons waits from here to the end of the
    transaction; where somebody does not let go of them for some seconds, the indexes stay.
    """
    if coming < FEWEST:
        return False
    most = min(coming, MOST_STANDING)
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [most + 1])
        if cursor.fetchone()[0] > most:
            return False
        cursor.execute("SELECT registry_shelve_indexes()")
        return bool(cursor.fetchone()[0])


def build() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_build_indexes()")
