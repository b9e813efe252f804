"""A form in words: what was answered, by whom it was known, and what is still open; sealed values masked."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from lifang.blocks.exchange.typed import masked
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Question, Service
from lifang.blocks.registry.showing import Speller
from lifang.domains.counter.actions import Form
from lifang.ground.access import vault


class Row(NamedTuple):
    """`origin` is who said it, "" for what was filled in here."""

    title: str
    words: str
    origin: str


def applies(asked: Question, answers: dict[str, str]) -> bool:
    """Whether a question is asked, after these answers to those before it."""
    return all(answers.get(other) in wanted for other, wanted in asked.when.items())


def rows(service: Service, form: Form, area: int, *, whole: bool = False) -> list[Row]:
    """Every question that applies, in order."""
    elements = packs.elements(area)
    speller = Speller(elements, area, {})
    given = {name: one["value"] for name, one in form.known.items()} | dict(form.answers)
    found = []
    for name, asked in service.form.items():
        if not applies(asked, given):
            continue
        value, origin = given.get(name, ""), ""
        if name not in form.answers and name in form.known:
            origin = form.known[name]["origin"]
        if asked.element and value:
            words = speller.words(asked.element, value) if whole else masked(speller, asked.element, value)
        else:
            words = _plain(asked, value)
        found.append(Row(asked.title, words, origin))
    return found


def opened(text: bytes | memoryview, binding: str) -> str:
    """What is sealed, "" where its key is missing."""
    try:
        return vault.unseal(bytes(text), binding)
    except vault.Unreadable:
        return ""


def _plain(asked: Question, value: str) -> str:
    if asked.kind == "truth":
        return {"true": _("是"), "false": _("否")}.get(value, "")
    return asked.options.get(value, value)
