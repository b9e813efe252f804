"""The trail in words: whatever the source records has a name, and every ready question finds something."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import lifang.urls  # noqa: F401 (rooms add their words as their pages are loaded)
from lifang.blocks.indicators.models import Finding
from lifang.blocks.packs import service as packs
from lifang.blocks.registry.pages.looking import SEARCHED
from lifang.domains.gate.models import Sending
from lifang.domains.guidance.models import Step
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.enums import ChangeKind
from lifang.ground.trail.actions import record
from lifang.ground.trail.queries import Asked, found
from lifang.ground.trail.words import KINDS, QUESTIONS, words_of
from tests.situations import CITY

HOUSE = Path(__file__).resolve().parent.parent / "lifang"
ACTS = [f"{type_.name}.{row.act}" for type_ in packs.case_types() for row in type_.transitions]
# What stands for the parts of a name that are known only when it runs.
STANDS_FOR = {
    "areas.{}": [f"areas.{kind}" for kind in ChangeKind.values],
    "{}.foreign": ["case.foreign"],
    "{}.{}": [*ACTS, *(f"{type_.name}.report" for type_ in packs.case_types())],
    "sending.{}": [f"sending.{state}" for state in Sending.State.values],
    "guide.{}": [f"guide.{act}" for act in Step.Act.values],
    "finding.{}": [f"finding.{state}" for state in Finding.State.values],
    "SEARCHED": [SEARCHED],
    "what": ["person.opened", "person.closed"],
}


def _recorded() -> Iterator[tuple[str, str]]:
    """Every (what, kind) that a call in the source records."""
    for path in HOUSE.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for call in ast.walk(ast.parse(path.read_text())):
            given = {word.arg: word.value for word in call.keywords} if isinstance(call, ast.Call) else {}
            if {"what", "kind", "object_id"} <= given.keys() or {"what", "kind", "things"} <= given.keys():
                what, kind = _pattern(given["what"]), _pattern(given["kind"])
                for one in STANDS_FOR[what] if "{" in what or "." not in what else [what]:
                    yield one, kind


def _pattern(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)


def test_whatever_is_recorded_has_words() -> None:
    rows = set(_recorded())
    assert len(rows) > 60
    assert sorted({what for what, _kind in rows if not words_of(what)}) == []
    assert sorted({kind for _what, kind in rows if "." not in kind and kind not in KINDS}) == []


@pytest.mark.django_db
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_ready_question_finds_what_the_source_records(question: str) -> None:
    with system_scope("test"):
        for what, kind in set(_recorded()):
            record(what=what, kind=kind, object_id=1, area=CITY)
        assert found(Asked(question=question)).exists()
