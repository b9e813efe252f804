"""Entries posted by sixteen writers to the same accounts, balances checked at the end; beside bare INSERTs of the same rows."""

from bench.serving import CACHE, lifang, measured

FULL, SMALL = 1_000_000, 50_000
LEAST = 5000


def run(full: bool) -> list[dict[str, object]]:
    count = FULL if full else SMALL
    data = CACHE / "ledger"
    lifang(data, "prepare")
    got = measured(data, "-m", "bench.ledger_child", str(count))
    bare, least, alone = got["bare"], got["many"], got["single"]
    return [
        {
            "name": f"{count:,} ledger entries by 16 writers, balances right", "value": least, "unit": "per s", "baseline": bare,
            "ratio": least / bare, "target": f">= {LEAST:,}", "met": least >= LEAST and got["right"],
        },
        {
            "name": "the same, each entry in a transaction of its own", "value": alone, "unit": "per s",
            "baseline": got["bare_single"], "ratio": alone / got["bare_single"], "target": "-", "met": got["right"],
        },
        {
            "name": f"balance of an account with {got['postings']:,} postings in an open month", "value": got["balance"],
            "unit": "ms", "baseline": got["kept"], "ratio": got["balance"] / got["kept"], "target": "-", "met": True,
        },
    ]  # fmt: skip
