class Refused(Exception):
    """What was asked is not posted; the message says why, and `field` what it is about."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.field = message, field
