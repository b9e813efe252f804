"""services/*.yaml: what residents come to the counter for, as data: who may have it, what it needs, how it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.shapes.care import Condition
from lifang.blocks.packs.shapes.values import Citation, read_at
from lifang.ground.clock import Limit

WHY_NOT = _("不能一站办成的要写 why_not")
NO_BACK = _("不能当场办结的要写 back（后台单位）")
NEEDS_OPTIONS = _("choice 须列出 options，其他类型不能有 options")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition of a service: ``rule`` where the registers can tell (all of it must hold), else words for the eye."""

    title: str
    rule: tuple[Condition, ...]
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Material:
    """A paper that is asked for; one bound to a data element is not asked for again where its value is known."""

    title: str
    element: str
    note: str
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Question:
    """A field of the form. One bound to a data element has that element's kind and is filled from the registers.

    ``kind`` is one of words.QUESTIONS. It is asked only where each question in ``when`` has one of the answers named.
    A date is that of something that has happened, unless it may lie in the ``future``.
    """

    title: str
    kind: str
    element: str
    options: Mapping[str, str]
    when: Mapping[str, tuple[str, ...]]
    required: bool
    future: bool
    at: Where = read_at()

    def __post_init__(self) -> None:
        if (self.kind == "choice") != bool(self.options):
            raise ValueError(str(NEEDS_OPTIONS))


@dataclass(frozen=True, slots=True)
class Service:
    """A service item. ``line`` is the kind of unit whose line it belongs to, ``matter`` its name in the catalogues or "".

    ``front`` ones can be settled at once; otherwise ``back`` (a kind of unit) handles them within ``limit``, with the
    signatures of ``joins``. ``channels`` are words.CHANNELS. What cannot be done in one place says ``why_not``.
    """

    title: str
    line: str
    matter: str
    meaning: str
    basis: Citation
    conditions: tuple[Requirement, ...]
    materials: tuple[Material, ...]
    steps: tuple[str, ...]
    limit: Limit
    fee: str
    front: bool
    back: str
    joins: tuple[str, ...]
    form: Mapping[str, Question]
    texts: Mapping[str, str]
    guide: tuple[str, ...]
    one_stop: bool
    why_not: str
    channels: tuple[str, ...]
    at: Where = read_at()

    def __post_init__(self) -> None:
        if not self.one_stop and not self.why_not:
            raise ValueError(str(WHY_NOT))
        if not self.front and not self.back:
            raise ValueError(str(NO_BACK))


@dataclass(frozen=True, slots=True)
class ServiceList:
    """A version of a list of services: in force from ``since`` until the next of its name, or ``until`` its last day."""

    services: str
    title: str
    since: date
    until: date | None
    source: Citation
    items: Mapping[str, Service]
    at: Where = read_at()
