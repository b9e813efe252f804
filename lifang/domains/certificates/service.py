"""What other rooms ask of certificates."""

from lifang.domains.certificates.asking import Asked, answer_unlisted, ask
from lifang.domains.certificates.kinds import Kind, Way, issuable, listed, refused, way_of
from lifang.domains.certificates.queries import of_persons
from lifang.domains.certificates.verifying import Answer, Verdict, by_number, of_code

__all__ = [
    "Answer", "Asked", "Kind", "Verdict", "Way", "answer_unlisted", "ask", "by_number", "issuable", "listed", "of_code", "of_persons",
    "refused", "way_of",
]  # fmt: skip
