"""matters/*.yaml: catalogues (清单) of what communities do by law, assist with, may certify and may not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.shapes.values import Citation, read_at

# What a matter of each class must say besides title and source.
NEEDS = {
    "law": (),
    "assist": ("owner", "fund"),
    "certify": (),
    "refuse": ("owner",),
    "government": ("owner",),
    "unclassed": (),
}
LACKS = _("%(class)s 类事项要写 %(names)s")


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter. ``class_`` is one of words.CLASSES, ``task`` one of words.TASKS or "".

    ``owner`` is the kind of unit whose matter it is, at ``level``: who asks for an assisted one, who must issue a
    certificate that a community may not. ``fund`` is the kind of unit that pays, ``power`` what right comes with the duty.
    ``period`` is one of words.PERIODS. ``sends`` are the forms (words.SENDINGS) in which it may reach a community.
    """

    title: str
    class_: str
    task: str
    owner: str
    level: str
    fund: str
    power: str
    period: str
    sends: tuple[str, ...]
    guide: str
    source: Citation
    at: Where = read_at()

    def __post_init__(self) -> None:
        lacking = [name for name in NEEDS[self.class_] if not getattr(self, name)]
        if lacking:
            raise ValueError(str(LACKS) % {"class": self.class_, "names": "、".join(lacking)})


@dataclass(frozen=True, slots=True)
class Former:
    """An old matter and its ``fate``: kept or merged ``into`` a new one, or removed."""

    title: str
    fate: str
    into: str
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A version of a catalogue: in force from ``since`` until the next of its name, or ``until`` its own last day.

    ``stated`` is how many matters of each class the document names, ``former_stated`` how many there were before;
    what is not loaded is said to be missing.
    """

    catalogue: str
    title: str
    since: date
    until: date | None
    source: Citation
    stated: Mapping[str, int]
    matters: Mapping[str, Matter]
    former_stated: int | None
    former: Mapping[str, Former]
    at: Where = read_at()

    def loaded(self, class_: str) -> int:
        return sum(1 for matter in self.matters.values() if matter.class_ == class_)
