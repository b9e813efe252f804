"""The first load of a register: its indexes are built over all rows at once, sorted, not kept up row by row."""

from django.db import connection

FEWEST, MOST_STANDING = 20_000, 50_000
STANDING = "SELECT count(*) FROM (SELECT FROM registry_record LIMIT %s) standing"


def shelved(coming: int, most: int = MOST_STANDING) -> bool:
    """Take the indexes away where many rows come and few stand. Whoever reads persons waits from here to the end of the
    transaction; where somebody does not let go of them for some seconds, the indexes stay.
    """
    most = min(coming, most)
    if coming < FEWEST or _more_than(most):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_shelve_indexes()")
        if not cursor.fetchone()[0]:
            return False
    if _more_than(most):  # somebody wrote one before all others had to wait
        build()
        return False
    return True


def _more_than(most: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [most + 1])
        return bool(cursor.fetchone()[0] > most)


def build() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_build_indexes()")
