class Refused(ValueError):
    """A change that cannot be made; `field` is what to correct, `message` says why and what is allowed."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
