"""Entries posted by sixteen writers to the same accounts, balances checked at the end; beside bare INSERTs of the same rows."""

import json
import subprocess
import sys

from bench.serving import CACHE, environment, lifang

FULL, SMALL = 1_000_000, 50_000
LEAST = 5000


def run(full: bool) -> list[dict[str, object]]:
    count = FULL if full else SMALL
    data = CACHE / "ledger"
    lifang(data, "prepare")
    done = subprocess.run(
        [sys.executable, "-m", "bench.ledger_child", str(count)], env=environment(data), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    got = json.loads(done.stdout.splitlines()[-1])
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
