"""Run by `month` in a process of Django: plays four months and prints the last one's cells as JSON."""

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import django

django.setup()

from django.db.models import F  # noqa: E402

from lifang.blocks.forms import returning, service  # noqa: E402
from lifang.blocks.forms.models import Answer, Form, Return  # noqa: E402
from lifang.blocks.forms.reading import HERE, OUR_OWN, column, condition  # noqa: E402
from lifang.blocks.packs import service as packs  # noqa: E402
from lifang.blocks.packs.shapes import FormColumn, FormSheet  # noqa: E402
from lifang.ground.access.models import Unit, User  # noqa: E402
from lifang.ground.access.ranges import today  # noqa: E402
from lifang.ground.access.scope import scope_of, system_scope  # noqa: E402
from lifang.ground.areas.codes import parent_of  # noqa: E402

SEED, YEAR = 168, 365
PERIODS = {"weekly": (3, 52), "monthly": (84, 12), "quarterly": (42, 4), "half_yearly": (6, 2), "yearly": (33, 1)}
"""Period → how many forms, and how often a year each is sent: 168 forms, 1,377 sendings."""
SHAPES = ("sheet",) * 6 + ("roster",) * 3 + ("homes",)
LISTS = ("aged_80", "living_alone", "empty_nest", "low_income")
ELEMENTS = (
    "name",
    "phone",
    "address",
    "birth",
    "sex",
    "number",
    "education",
    "marital",
    "nation",
    "insured",
    "employer",
)
FIGURES, QUESTIONS, NEW = 120, 400, 1 / 8
WARMING = 3


class Catalogue:
    """Draws the columns of forms; `kept` is where each question was first asked."""

    def __init__(self, seed: int) -> None:
        self.told = random.Random(seed)
        self.figures = [self._figure(at) for at in range(FIGURES)]
        self.kept: dict[int, str] = {}

    def _figure(self, at: int) -> FormColumn:
        where = [condition("age", first=self.told.randrange(0, 80))] if at % 4 else []
        if at % 3:
            where.append(condition("element", element="sex", values=(self.told.choice("12"),)))
        if at % 2:
            element, values = self.told.choice(
                [("marital", "20"), ("education", "70"), ("insured", "true"), ("nation", "01")]
            )
            where.append(condition("element", element=element, values=(values,)))
        return column(f"第{at}项", "homes" if at % 10 == 9 else "persons", where=tuple(where))

    def zipf(self, size: int) -> int:
        return self.told.choices(range(size), [1 / (rank + 1) for rank in range(size)])[0]

    def sheet(self, at: int, period: str, kind: str) -> FormSheet:
        shape = self.told.choice(SHAPES)
        size = self.told.randrange(6, 61 if shape == "sheet" else 17)
        columns: dict[str, FormColumn] = (
            {} if shape == "sheet" else {"name": column("姓名", "element", "name", kind="text")}
        )
        while len(columns) < size:
            key, one = self._column(shape)
            columns.setdefault(key, one)
            if shape != "sheet" and len(columns) >= len(ELEMENTS) and self.told.random() < 0.1:
                break
        return FormSheet(
            form="", title=f"第{at}号情况表", unit=kind, matter="assist_census", period=period, shape=shape,
            list="" if shape == "sheet" else self.told.choice(LISTS), register="", where=(), columns=columns, checks=(),
            since=today(), source=OUR_OWN, at=HERE,
        )  # fmt: skip

    def _column(self, shape: str) -> tuple[str, FormColumn]:
        if self.told.random() < NEW:
            at = self.zipf(QUESTIONS)
            kind = "number" if shape == "sheet" else "truth"
            number = at if shape == "sheet" else at + QUESTIONS * (1 + (shape == "homes"))
            return f"q{number}", column(f"第{number}问", "typed", self.kept.get(number, ""), kind=kind)
        if shape == "sheet" or (shape == "homes" and self.told.random() < 0.5):
            at = self.zipf(FIGURES)
            one = self.figures[at]
            return f"f{at}", column(one.title, "persons", where=one.where) if shape == "homes" else one
        name = ELEMENTS[self.zipf(len(ELEMENTS))]
        return name, column(name, "element", name, kind="text")

    def remember(self, form: Form, sheet: FormSheet) -> None:
        for key, one in sheet.columns.items():
            if one.source == "typed" and not one.what:
                self.kept[int(key[1:])] = f"{form.code}.{key}"


def main() -> dict[str, int]:
    worker = User.objects.get(username="shequ")
    with system_scope("bench"):
        community = int(worker.grants.values_list("area", flat=True)[0])
        unit = Unit.objects.get(kind="statistics", area=parent_of(parent_of(community)))
        officer = User.objects.filter(unit=unit).first() or User.objects.get(username="minzheng")
        Form.objects.filter(last=None).update(last=today() - dt.timedelta(days=1))
    catalogue, forms = Catalogue(SEED), []
    for period, (number, _often) in PERIODS.items():
        for _n in range(number):
            with system_scope("form.make"):
                sheet = catalogue.sheet(len(forms), period, unit.kind)
                made = service.make(unit=unit, sheet=sheet, by=officer)
            catalogue.remember(made.form, sheet)
            forms.append(made)
    counted: list[Counter[str]] = []
    for month in range(WARMING + 1):
        if month == WARMING:
            _aged(catalogue.told)
        counted.append(_played(list(_of_month(forms, month)), community, officer, worker, answers=month < WARMING))
    first, last = counted[0], counted[-1]
    return {
        "sendings": last["sendings"], "cells": last["cells"], "typed": last["asked"], "confirmed": last["old"],
        "first_cells": first["cells"], "first_asked": first["asked"] + first["old"],
    }  # fmt: skip


def _of_month(forms: Sequence[service.Edition], month: int) -> Iterator[service.Edition]:
    """What is sent in a month: of the longer periods the forms whose turn it is."""
    for at, one in enumerate(forms):
        often = PERIODS[one.period][1]
        if often >= 12:
            for _week in range(often // 12):
                yield one
        elif at % (12 // often) == month % (12 // often):
            yield one


def _played(
    forms: Sequence[service.Edition], community: int, officer: User, worker: User, *, answers: bool
) -> Counter[str]:
    found = Counter(sendings=len(forms))
    for edition in forms:
        with system_scope("form.make"):
            sent = service.issue(edition=edition, places=[community], due=today(), by=officer)
        with scope_of(worker, "form.fill"):
            given = sent.returns.select_related("issue__edition__form__unit").get()
            found.update(
                known=given.known, old=given.old, asked=given.asked, cells=given.known + given.old + given.asked
            )
            if answers and given.asked + given.old:
                _answered(given, worker)
    return found


def _answered(given: Return, worker: User) -> None:
    page = returning.Page(given)
    to_do = [(at, one, cell) for at, one, cell in page.cells() if cell[1] in returning.TO_DO]
    typed = {at.name: _said(one, at.row or 0) for at, one, cell in to_do if cell[0] is None}
    returning.answer(found=given, typed=typed, confirmed={at.name for at, _one, _cell in to_do}, by=worker)


def _said(one: FormColumn, row: int) -> str:
    element: Any = packs.elements().get(one.what) if one.source == "element" else None
    if element is None:
        return {"number": "2", "truth": "是"}.get(one.kind, "未定")
    if element.kind == "code":
        return next(iter(packs.code_list(element.codes).values.values()))
    return {"phone": f"1370007{row % 10_000:04}", "truth": "是", "text": "未定"}.get(element.kind, "")


def _aged(told: random.Random) -> None:
    """Answers as old as if they had been given on some day of a year that ended up to a month ago."""
    with system_scope("forms"):
        for pk in Answer.objects.filter(known_until=None).order_by("pk").values_list("pk", flat=True):
            days = dt.timedelta(days=told.randrange(YEAR + 30))
            Answer.objects.filter(pk=pk).update(held_on=F("held_on") - days)


if __name__ == "__main__":
    print(json.dumps(main()))
