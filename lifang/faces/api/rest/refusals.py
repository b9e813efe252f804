"""The shape of every refusal."""

from ninja import Schema


class WrongField(Schema):
    field: str
    allowed: str


class Conflicting(Schema):
    by: str
    act: str
    at: str


class ProblemOut(Schema):
    """A refusal (RFC 9457): what happened, which field, what is allowed."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    allowed: str | None = None
    errors: list[WrongField] | None = None
    conflict: Conflicting | None = None
