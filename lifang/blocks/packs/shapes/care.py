"""care_lists.yaml: registers of people who need special care, as rules over what departments say."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.shapes.values import Citation, Dated, read_at

# What a condition is about → the fields of which it needs one, and those that it also takes.
USES = {
    "age": (("from", "to"), ()),
    "home": (("least", "most"), ("from", "to")),
    "element": (("element",), ("values",)),
}
NOT_FOR = _("%(what)s 条件不用「%(name)s」")
NEEDS = _("%(what)s 条件要写 %(names)s")
TURNED = _("下限 %(low)s 大于上限 %(high)s")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a person; ``what`` says which of the fields it uses.

    ``age``: from ``first`` to ``last`` years. ``home``: of those who live at the person's home (the person too) and are
    from ``first`` to ``last`` years old there are ``least`` to ``most``. ``element``: the word that counts on it is
    one of ``values``, or any where none is named.
    """

    what: str
    first: int | None
    last: int | None
    least: int | None
    most: int | None
    element: str
    values: tuple[str, ...]
    at: Where = read_at()

    def __post_init__(self) -> None:
        given = {
            "from": self.first is not None, "to": self.last is not None, "least": self.least is not None,
            "most": self.most is not None, "element": bool(self.element), "values": bool(self.values),
        }  # fmt: skip
        needs, takes = USES[self.what]
        for name, there in given.items():
            if there and name not in (*needs, *takes):
                raise ValueError(str(NOT_FOR) % {"what": self.what, "name": name})
        if not any(given[name] for name in needs):
            raise ValueError(str(NEEDS) % {"what": self.what, "names": "、".join(needs)})
        for low, high in ((self.first, self.last), (self.least, self.most)):
            if low is not None and high is not None and low > high:
                raise ValueError(str(TURNED) % {"low": low, "high": high})


@dataclass(frozen=True, slots=True)
class CareList:
    """A register of people: by its ``rule`` (dated conditions that must all hold; none: by marks of hand alone), and by
    marks of hand, which stand at most ``review_days`` before somebody else must look again. ``see`` is the function that
    shows it."""

    title: str
    meaning: str
    see: str
    review_days: int
    rule: Dated | None
    since: date
    source: Citation
    at: Where = read_at()
