"""The rows of a roster, which tell of persons, sealed as one text."""

import json
from typing import Any

from lifang.blocks.forms.models import ROWS, Return
from lifang.ground.access import vault


def sealed_rows(rows: list[dict[str, Any]]) -> bytes:
    return vault.seal(json.dumps(rows, ensure_ascii=False), ROWS) if rows else b""


def rows_of(found: Return) -> list[dict[str, Any]]:
    """Raises vault.Unreadable."""
    return list(json.loads(vault.unseal(bytes(found.rows), ROWS) or "[]"))
