"""What somebody typed: read from an address, written into a sheet, compared."""

from typing import Any


def whole(text: str) -> int | None:
    """A whole number that a database can hold; None for anything else, such as ² or five thousand digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def plain(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def pairs(text: str) -> set[str]:
    """Of neighbouring characters: by them texts are compared."""
    return {text[at : at + 2] for at in range(len(text) - 1)}
