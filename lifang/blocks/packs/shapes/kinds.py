"""registers/*.yaml: kinds of registers, what an entry of each says, and which places must have one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.shapes.values import Citation, Dated, read_at


@dataclass(frozen=True, slots=True)
class Column:
    """What an entry says of itself. ``kind`` is one of words.COLUMNS; a column that names a data ``element`` takes title,
    kind and code list from there. ``sought`` ones narrow a list; one of the kind entry names entries of ``register``."""

    title: str
    kind: str
    element: str
    codes: str
    options: Mapping[str, str]
    register: str
    unit: str
    headers: tuple[str, ...]
    required: bool
    sought: bool
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Item:
    """A sort of thing that places have: how many there should be (``per`` community or worker) and what one costs."""

    title: str
    group: str
    per: str
    amount: Dated | None
    price: Dated | None
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class Active:
    """An entry stands idle when so many ``days`` passed since the last entry of ``register`` that names it."""

    register: str
    days: Dated
    at: Where = read_at()


@dataclass(frozen=True, slots=True)
class RegisterKind:
    """A kind of register. ``group`` is one of words.REGISTERS, ``actor`` a code of the list «actors».

    ``every`` is the level of which each place must have one. ``roles`` are those of the people of an entry; of «head»
    there is one, and an entry without is told apart. ``items`` fall into ``item_groups``; of them count those in use,
    that is with a ``working`` value in a column. Cases of the types ``opens`` begin only where an entry has somebody;
    events of the categories ``contact_for`` show its head. ``plate``: its name may hang inside the building.
    """

    title: str
    group: str
    actor: str
    every: str
    note: str
    headers: tuple[str, ...]
    plate: bool
    roles: Mapping[str, str]
    columns: Mapping[str, Column]
    items: Mapping[str, Item]
    item_groups: Mapping[str, str]
    working: Mapping[str, tuple[str, ...]]
    active: Active | None
    opens: tuple[str, ...]
    contact_for: tuple[str, ...]
    since: date
    source: Citation
    at: Where = read_at()
