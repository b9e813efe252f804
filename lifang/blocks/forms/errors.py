class Refused(Exception):
    """What was asked is not done; the message says why and what to do. `field` is the input that it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field
