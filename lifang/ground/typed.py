"""Reading what somebody typed into an address."""


def whole(text: str) -> int | None:
    """A whole number that a database can hold; None for anything else, such as ² or five thousand digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
