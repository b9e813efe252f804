class Refused(Exception):
    """Something about people, units or grants is not allowed; the message is for the person, `field` names the input."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field
