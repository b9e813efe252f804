"""A certificate from the facts in the register to the signed file, at the demo's counter; beside the same paper unsigned."""

from bench.serving import city, measured

FULL, SMALL = 200, 40
MOST_MS = 1000


def run(full: bool) -> list[dict[str, object]]:
    count = FULL if full else SMALL
    got = measured(city(), "-m", "bench.certificates_child", str(count))
    return [
        {
            "name": "a certificate asked for, checked, issued, sealed and signed, p95", "value": got["whole"], "unit": "ms",
            "baseline": got["unsigned"], "ratio": got["whole"] / got["unsigned"], "target": f"< {MOST_MS}",
            "met": got["whole"] < MOST_MS,
        },
        {
            "name": "processor time of Python in it, mean", "value": got["reckoned"], "unit": "ms", "baseline": None, "ratio": None,
            "target": "-", "met": True,
        },
        {
            "name": "its signature alone (PAdES, P-256), p95", "value": got["signature"], "unit": "ms",
            "baseline": got["unsigned"], "ratio": got["signature"] / got["unsigned"], "target": "-", "met": True,
        },
        {
            "name": "the answer to a code from paper, p95", "value": got["answer"], "unit": "ms", "baseline": None,
            "ratio": None, "target": "-", "met": True,
        },
    ]  # fmt: skip
