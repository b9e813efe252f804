"""A community's return: what is stale is confirmed, what is new is typed and gets its home, sums are checked, it is submitted."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.exchange import desk
from lifang.blocks.forms.answers import read
from lifang.blocks.forms.errors import Refused
from lifang.blocks.forms.filling import (
    BLANK,
    CONFIRMED,
    KNOWN,
    MISSING,
    STALE,
    TYPED,
    Cell,
    Cells,
    Filled,
    fill,
)
from lifang.blocks.forms.models import ANSWER, Answer, Form, Return
from lifang.blocks.forms.reading import Asked, elements_by, gone
from lifang.blocks.forms.sealing import rows_of, sealed_rows
from lifang.blocks.packs import service as packs
from lifang.blocks.packs import sums
from lifang.blocks.packs.shapes import FormColumn
from lifang.blocks.registry.judging import Refused as NotWritten
from lifang.blocks.registry.merged import final_heirs, with_merged
from lifang.blocks.registry.models import Person
from lifang.ground.access import vault
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current, system_scope
from lifang.ground.trail.actions import record

TO_DO = (MISSING, STALE)


class At(NamedTuple):
    """A cell of a return: the row (None in a sheet) and the column; as a field it is «c:total» or «c:3:phone»."""

    row: int | None
    column: str

    @property
    def name(self) -> str:
        return f"c:{self.column}" if self.row is None else f"c:{self.row}:{self.column}"


@dataclass
class Outcome:
    """What came of a saving: how many were taken, and what is wrong with the others, by field."""

    taken: int = 0
    wrong: dict[str, str] = field(default_factory=dict)


class Unequal(NamedTuple):
    """A sum between cells that does not hold, and what its sides come to."""

    words: str
    left: float
    right: float

    @property
    def said(self) -> str:
        return _("“{words}”不成立：左边 {left:g}，右边 {right:g}。").format(
            words=self.words, left=self.left, right=self.right
        )


class Page:
    """A return with its form's shape and its cells opened; what is `gone` are columns of a data element that is no more:
    they keep what they say, and are asked no more. Raises vault.Unreadable."""

    def __init__(self, found: Return) -> None:
        self.found = found
        self.asked = Asked.of(found.issue.edition)
        self.rows = rows_of(found)
        self.elements = packs.elements(found.area)
        asked = self.asked.sheet.columns.items()
        self.gone = {key for key, one in asked if one.source == "element" and gone(one, self.elements)}

    def cells(self) -> Iterator[tuple[At, FormColumn, Cell]]:
        columns = self.asked.sheet.columns
        if self.asked.sheet.shape == "sheet":
            for key, column in columns.items():
                yield At(None, key), column, self.found.cells[key]
        for at, row in enumerate(self.rows):
            for key, column in columns.items():
                yield At(at, key), column, row["cells"][key]

    def to_do(self) -> list[At]:
        return [at for at, _column, cell in self.cells() if cell[1] in TO_DO and at.column not in self.gone]

    def unequal(self) -> list[Unequal]:
        """The sums that do not hold; one with a cell still empty waits."""
        titles = {key: one.title for key, one in self.asked.sheet.columns.items()}
        found = []
        for said in map(sums.read, self.asked.sheet.checks):
            for cells in (self.found.cells,) if self.asked.sheet.shape == "sheet" else (r["cells"] for r in self.rows):
                values = _numbers(cells)
                if said.columns <= set(values) and not said.holds(values):
                    found.append(Unequal(said.spelled(titles), *said.figures(values)))
        return found

    def keep(self, by: User, **given: Any) -> None:
        found, left = self.found, self.to_do()
        found.change, found.changed_by = found.change + 1, by
        found.state = Return.State.FILLED if left or self.unequal() else Return.State.CHECKED
        found.rows = sealed_rows(self.rows)
        for name, value in given.items():
            setattr(found, name, value)
        found.save()


def _numbers(cells: Cells) -> dict[str, float]:
    return {key: float(cell[0]) for key, cell in cells.items() if isinstance(cell[0], int | float)}


def expired(found: Return, on: dt.date | None = None) -> bool:
    return found.state in (Return.State.OPEN, Return.State.FILLED, Return.State.CHECKED) and found.issue.until < (
        on or today()
    )


@transaction.atomic
def answer(
    *, found: Return, typed: Mapping[str, str], confirmed: Collection[str], by: User, paper: bool = False,
    seen: int | None = None,
) -> Outcome:  # fmt: skip
    """Take what was typed and confirmed; what cannot be taken is told by field, and the rest is kept.

    A value of a data element becomes a record of the community's desk, any other answer gets its home with the form.
    Raises Refused where somebody changed the return since it stood at the change that was `seen`.
    """
    found = _to_fill(found, seen)
    page, outcome = Page(found), Outcome()
    for at, column, cell in page.cells():
        text = typed.get(at.name, "").strip()
        open_ = cell[1] in (*TO_DO, TYPED) or column.optional
        element = page.elements.get(column.what) if column.source == "element" else None
        if at.column in page.gone:
            if text and text != _shown(cell):
                outcome.wrong[at.name] = _("「{title}」这项数据已经取消，不用再填。").format(title=column.title)
            continue
        if column.optional and at.name in typed and not text and cell[0] is not None:
            if wrong := _home(page, at, column, None, by):
                outcome.wrong[at.name] = wrong
                continue
            cell[:] = [None, BLANK, None]
        elif text and open_ and text != _shown(cell):
            value, wrong = read(column, element, text, found.area)
            if not wrong and (value is not None or cell[0] is not None):
                wrong = _home(page, at, column, value, by)
            if wrong:
                outcome.wrong[at.name] = wrong
                continue
            cell[:] = [value, TYPED, today().isoformat()]
        elif cell[1] == STALE and at.name in confirmed:
            if wrong := _home(page, at, column, cell[0], by):
                outcome.wrong[at.name] = wrong
                continue
            cell[1:] = [CONFIRMED, today().isoformat()]
        else:
            continue
        outcome.taken += 1
    origins = [cell[1] for _at, column, cell in page.cells() if not column.optional]
    page.keep(by, typed=origins.count(TYPED), confirmed=origins.count(CONFIRMED), paper=found.paper or paper)
    record(
        what="form.filled", kind="form", object_id=found.pk, area=found.area, number=found.number, cells=outcome.taken,
        paper=paper,
    )  # fmt: skip
    return outcome


def _shown(cell: Cell) -> str:
    return "" if cell[0] is None else str(cell[0])


def _now(found: Return) -> Return:
    """As it stands in the database, changed by nobody else until the transaction ends."""
    if not current().covers(found.area):
        raise Refused(_("这份表不是你所在社区的。"))
    rows = Return.objects.select_for_update(of=("self",))
    return rows.select_related("issue__edition__form__unit", "submitted_by", "changed_by").get(pk=found.pk)


def _to_fill(found: Return, seen: int | None = None) -> Return:
    found = _now(found)
    if not found.current or found.state in (Return.State.SUBMITTED, Return.State.LOCKED):
        raise Refused(
            _("这份表已经提交，提交人是{name}。要改的，请用“更正”，写明理由；原来的会留着。").format(
                name=_name(found.submitted_by)
            )
        )
    if expired(found):
        raise Refused(_("这份表已于 {day} 失效，不用再报。").format(day=found.issue.until))
    if seen is not None and seen != found.change:
        raise Refused(
            _(
                "没有保存：你打开这一页以后，{name}改过这份表。现在显示的是改过的，你填的都还在，请核对后再保存。"
            ).format(name=_name(found.changed_by))
        )
    return found


def _name(user: User | None) -> str:
    return user.name if user else _("系统")


def _home(page: Page, at: At, column: FormColumn, value: Any, by: User) -> str:
    """Where the answer is kept from now on, None ending what was said here before; what kept it from being written, in words."""
    found, row = page.found, {} if at.row is None else page.rows[at.row]
    of_thing = bool(row) and bool(page.asked.sheet.register)
    of_person = bool(row) and not of_thing and (column.source == "element" or "home" not in row)
    person = _person(row["who"]) if of_person else None
    if of_person and person is None:
        return _("居民档案里已经没有这个人，请先核对名册。")
    if column.source == "element" and person:
        return _told(found, person, column.what, value, by)
    if column.source != "typed" and _cell_at(page, at)[1] == STALE:
        return ""
    form, name = found.issue.edition.form, at.column
    if column.source == "typed" and column.what:
        code, name = column.what.split(".")
        form = Form.objects.get(code=code)
    entry, home = row["who"] if of_thing else None, row.get("home", "")
    with system_scope("forms"):
        before = Answer.objects.filter(form=form, column=name, known_until=None, entry=entry, home=home)
        if person:
            before = before.filter(person__in=with_merged([person.pk]))
        elif entry is None:
            before = before.filter(person=None, area=found.area)
        before.update(known_until=timezone.now())
        if value is None:
            return ""
        Answer.objects.create(
            form=form, column=name, area=found.area, person=person, entry=entry, home=home,
            sealed=vault.seal(str(value), ANSWER), held_on=today(), given=found, by=by,
        )  # fmt: skip
    return ""


def _cell_at(page: Page, at: At) -> Cell:
    cells: Cells = page.found.cells if at.row is None else page.rows[at.row]["cells"]
    return cells[at.column]


def _person(pk: int) -> Person | None:
    """Whoever a row is of, now: who was merged since is the one they became."""
    with system_scope("registry"):
        return Person.objects.filter(pk=final_heirs([pk])[pk]).first()


def _told(found: Return, person: Person, element: str, value: str | None, by: User) -> str:
    """The desk says so from now on; with None it believes no more what this return said."""
    if value is not None and packs.elements(found.area)[element].sensitivity == "special":
        return _("这一项受特别保护，不能在表里改，请由掌握它的部门更新。")
    reason = _("填报核对")
    try:
        if value is None:
            desk.withdraw(person=person, element=element, paper=found.number, reason=reason)
        else:
            paper = _("报表 {number}").format(number=found.number)
            desk.correct(
                person=person, element=element, value=value, held_on=today(), asked=False, paper=paper, reason=reason,
                by=by,
            )  # fmt: skip
    except NotWritten as refused:
        return str(refused)
    return ""


@transaction.atomic
def refill(*, found: Return, by: User) -> None:
    """Take from the registers anew what they know now; what was typed or confirmed here stays, as does what rests on a
    data element that is no more. Raises Refused where the rows are chosen by one."""
    found = _to_fill(found)
    page = Page(found)
    if not elements_by(page.asked.sheet.where) <= set(page.elements):
        raise Refused(_("没有重新取数：这份名单是按一项数据挑人的，这项数据已经取消。原来的和你填的都还在。"))
    with system_scope("forms"):
        fresh = fill(page.asked, [found.area], today())[found.area]
    said = {at: cell for at, _column, cell in page.cells()}
    with system_scope("registry"):
        heirs = {} if page.asked.sheet.register else final_heirs(row["who"] for row in page.rows)
    columns = page.asked.sheet.columns
    rows = {row.get("home") or heirs.get(row["who"], row["who"]): at for at, row in enumerate(page.rows)}
    for at, cell in _cells_of(fresh):
        row = {} if at.row is None else fresh.rows[at.row]
        old = said.get(At(rows.get(row.get("home") or row["who"], -1) if row else None, at.column))
        if old and cell[1] in TO_DO and (old[1] in (TYPED, CONFIRMED) or gone(columns[at.column], page.elements)):
            cell[:] = old
    found.cells, page.rows = fresh.cells, fresh.rows
    counts = fresh.count()
    page.keep(by, known=counts[KNOWN], old=counts[STALE] + counts[CONFIRMED], asked=counts[MISSING] + counts[TYPED])
    record(what="form.refilled", kind="form", object_id=found.pk, area=found.area, number=found.number)


def _cells_of(filled: Filled) -> Iterator[tuple[At, Cell]]:
    yield from ((At(None, key), cell) for key, cell in filled.cells.items())
    for at, row in enumerate(filled.rows):
        yield from ((At(at, key), cell) for key, cell in row["cells"].items())


@transaction.atomic
def submit(*, found: Return, by: User) -> None:
    """Raises Refused where anything is still asked for, or a sum does not hold: with both its figures."""
    found = _to_fill(found)
    page = Page(found)
    if unequal := page.unequal():
        raise Refused(_("没有提交：") + "".join(one.said for one in unequal) + _("填的都还在，请核对后再提交。"))
    if left := page.to_do():
        raise Refused(_("没有提交：还有 {n} 格要填或核对。填的都还在。").format(n=len(left)))
    page.keep(by, state=Return.State.SUBMITTED, submitted_by=by, submitted_at=timezone.now())
    record(what="form.submitted", kind="form", object_id=found.pk, area=found.area, number=found.number)


@transaction.atomic
def correct(*, found: Return, reason: str, by: User) -> Return:
    """A new version to be changed; the one that was submitted stays as it was, and counts until this is submitted too.
    Raises Refused."""
    found = _now(found)
    if not found.current:
        raise Refused(_("这份表已经有更正的一版，请打开那一版再改。"))
    if found.state not in (Return.State.SUBMITTED, Return.State.LOCKED):
        raise Refused(_("这份表还没有提交，直接改就行。"))
    if found.issue.until < today():
        raise Refused(_("这份表已于 {day} 失效，不能再更正；提交了的照旧算数。").format(day=found.issue.until))
    if found.emptied:
        raise Refused(_("名单已按保存期限删除，不能再更正。"))
    if not reason.strip():
        raise Refused(_("请写更正的理由。"), "reason")
    Return.objects.filter(pk=found.pk).update(current=False)
    before = found.pk
    page = Page(found)
    for _at, _column, cell in page.cells():  # all that was answered here may be answered anew
        if cell[1] == CONFIRMED:
            cell[1] = STALE
    found.pk, found.version, found.current = None, found.version + 1, True
    found._state.adding = True
    page.keep(by, reason=reason.strip()[:200], submitted_by=None, submitted_at=None, locked_at=None)
    record(
        what="form.corrected", kind="form", object_id=found.pk, area=found.area, number=found.number, reason=reason,
        before=before,
    )  # fmt: skip
    return found


@transaction.atomic
def lock(*, issue: int) -> int:
    """What was submitted to a sending stands from now on; how many did."""
    rows = Return.objects.filter(issue=issue, current=True, state=Return.State.SUBMITTED)
    return rows.update(state=Return.State.LOCKED, locked_at=timezone.now())


def lock_due(on: dt.date) -> int:
    """Of all sendings whose day has passed."""
    with system_scope("forms"):
        rows = Return.objects.filter(current=True, state=Return.State.SUBMITTED, issue__due__lt=on)
        return rows.update(state=Return.State.LOCKED, locked_at=timezone.now())
