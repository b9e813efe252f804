"""What goes out under a contract: exactly its elements, of the persons of its place, by the word that counts."""

from collections.abc import Iterable, Iterator, Sequence

import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.exchange.models import Contract, Given, Sent
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.privacy import consenting
from lifang.blocks.privacy.models import Consent
from lifang.blocks.registry import facts, queries, seeking, winning
from lifang.blocks.registry.children import is_child
from lifang.blocks.registry.imports import files
from lifang.blocks.registry.models import Person, PersonQuery, Record
from lifang.blocks.registry.showing import MASKS
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import span
from lifang.ground.files.written import as_text, workbook
from lifang.ground.trail.actions import record

AT_ONCE = 500
MOST_IN_A_WORKBOOK, WIDTH = 10_000, 16
ENDINGS = ("xlsx", "csv")
"""Files of more rows than a workbook takes are csv."""
SOUGHT_BY = {
    "": (), "name": ("name",), "initials": ("name",), "address": ("address",), "number": ("number",), "phone": ("phone",),
    "end": ("number", "phone"), "mixed": ("name", "address", "number", "phone"),
}  # fmt: skip
"""The elements that a search of each kind tells of."""


class Outside(Exception):
    """The search tells of what the contract does not give; the message says of what."""


def in_force(account: User) -> Contract | None:
    """The contract under which an account fetches persons today."""
    with system_scope("registry"):
        return Contract.objects.in_force(account).select_related("system").order_by("pk").first()


def persons(contract: Contract) -> PersonQuery:
    """Of children those for whom a guardian agreed, where the packs ask for that."""
    below = span(contract.area)
    found = Person.objects.standing().filter(area__gte=below.start, area__lt=below.stop, into=None)
    return found.exclude(consenting.lacking(contract.area, Consent.Use.GIVE)).order_by("pk")


def sought(contract: Contract, found: PersonQuery, words: str) -> PersonQuery:
    """Those of whom the words are told by an element that the contract gives: who finds somebody by a number knows the
    number. A child is found by name only. Raises Outside."""
    asked, elements = seeking.sought(words), packs.elements(contract.area)
    for name in SOUGHT_BY[asked.kind]:
        if name not in contract.elements or elements[name].sensitivity == "sealed" and not contract.sealed:
            raise Outside(_("约定里没有「{title}」，不能按它查找。").format(title=elements[name].title))
    if set(SOUGHT_BY[asked.kind]) - {"name"}:
        age = packs.value("person.child_age", contract.area, today()).value
        found = found.exclude(birth__gt=queries.years_before(today(), age))
    return found.filter(asked.tiers[0].which)


def rows_of(contract: Contract, people: Sequence[Person]) -> Iterator[tuple[Person, dict[str, str]]]:
    """Each person with their values by element; of sealed ones masked where the contract does not say otherwise."""
    elements = {name: one for name, one in packs.elements(contract.area).items() if name in contract.elements}
    with system_scope("registry"):
        records: dict[int, list[Record]] = {}
        told = Record.objects.filter(queries.BELIEVED, person__in=people).select_related("system")
        for one in told:
            records.setdefault(one.person_id, []).append(one)
        rulings = queries.rulings_of([person.pk for person in people])
    for person in people:
        mine = records.get(person.pk, [])
        said = [winning.said(one, facts.readable(one.sealed) or {}) for one in mine]
        found = winning.winners(said, elements, winning.upheld(rulings.get(person.pk, ()), mine))
        yield (
            person,
            {
                name: _given(contract, elements[name], winner.word.value, child=is_child(person, today()))
                for name, winner in found.items()
            },
        )


def _given(contract: Contract, one: Element, value: str, *, child: bool) -> str:
    """A child's home never goes out this way, nor a child's numbers whole."""
    if child and one.kind == "address":
        return ""
    if one.sensitivity != "sealed" or contract.sealed and not child:
        return value
    return MASKS[one.kind](value) if one.kind in MASKS else ""


def order(*, contract: Contract, ending: str, by: User) -> Sent:
    """A file is to be made; the caller enqueues it."""
    made = Sent.objects.create(contract=contract, area=contract.area, ending=ending, by=by)
    record(what="data.ordered", kind="contract", object_id=contract.pk, area=contract.area, sealed=contract.sealed)
    return made


def make(sent_id: int) -> None:
    """Make the file of a delivery and keep it. A delivery that failed, for whatever reason, can be made again."""
    try:
        _make(sent_id)
    except Exception:
        with system_scope("registry"):
            why = _("程序出错了，管理员已能在后台任务里看到")
            Sent.objects.filter(pk=sent_id).update(state=Sent.State.FAILED, why=why)
        raise


def _make(sent_id: int) -> None:
    with system_scope("registry"), transaction.atomic():
        sent = Sent.objects.select_for_update(of=("self",)).select_related("contract").get(pk=sent_id)
        contract = sent.contract
        if contract.ended_at or today() not in contract.valid:
            sent.state, sent.why = Sent.State.FAILED, _("约定已经到期或终止，没有生成文件。")
        else:
            content, sent.rows = _file(contract, sent)
            sent.sha256, sent.state, sent.why, sent.sent_at = files.keep(content), Sent.State.SENT, "", timezone.now()
        sent.save()
        record(
            what="data.sent",
            kind="contract",
            object_id=contract.pk,
            area=contract.area,
            rows=sent.rows,
            state=sent.state,
        )


def _file(contract: Contract, sent: Sent) -> tuple[bytes, int]:
    elements = packs.elements(contract.area)
    heads = [_("编号"), *(elements[name].title for name in contract.elements)]
    lines: list[list[str | None]] = []
    for people in _in_parts(contract):
        for person, values in rows_of(contract, people):
            lines.append([str(person.pk), *(values.get(name) or None for name in contract.elements)])
        _keep(sent, people)
    if sent.ending == "xlsx" and len(lines) > MOST_IN_A_WORKBOOK:
        sent.ending = "csv"
    if sent.ending == "xlsx":
        return workbook([heads, *lines], [WIDTH] * len(heads)), len(lines)
    rows = pl.DataFrame([heads, *lines], schema={str(at): pl.String for at in range(len(heads))}, orient="row")
    return as_text(rows), len(lines)


def _in_parts(contract: Contract) -> Iterator[list[Person]]:
    after = 0
    while people := list(persons(contract).filter(pk__gt=after)[:AT_ONCE]):
        yield people
        after = people[-1].pk


def fetched(contract: Contract, people: Sequence[Person], account: User) -> None:
    """A page with these persons was fetched through the API."""
    with system_scope("registry"):
        sent = Sent.objects.create(
            contract=contract, area=contract.area, ending="api", state=Sent.State.SENT, rows=len(people), by=account,
            sent_at=timezone.now(),
        )  # fmt: skip
        if people:
            _keep(sent, people)


def _keep(sent: Sent, people: Sequence[Person]) -> None:
    """`people` in the order of their ids."""
    ids = [person.pk for person in people]
    Given.objects.create(sent=sent, area=sent.area, persons=ids, span=(ids[0], ids[-1] + 1))


def titles(names: Iterable[str], area: int) -> list[str]:
    elements = packs.elements(area)
    return [elements[name].title if name in elements else name for name in names]
