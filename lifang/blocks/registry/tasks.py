"""The long steps of an import, in the worker."""

from collections.abc import Callable

from procrastinate.contrib.django import app

from lifang.blocks.registry import following
from lifang.blocks.registry.imports import actions
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.models import AreaChange

TAKEN: list[Callable[[int], None]] = []
"""What other rooms do with an import once it is taken."""


@app.task(name=actions.READ, queue="registry")
def read(import_id: int) -> None:
    with system_scope("registry"):
        actions.read(import_id)


@app.task(name=actions.UNDO, queue="registry")
def undo(import_id: int, by: int) -> None:
    with system_scope("registry"):
        actions.undo(import_id, by)


@app.task(name=actions.CHECK, queue="registry")
def check(import_id: int) -> None:
    with system_scope("registry"):
        actions.check(import_id)


@app.task(name=actions.TAKE, queue="registry")
def take(import_id: int) -> None:
    with system_scope("registry"):
        actions.take(import_id)
    for then in TAKEN:
        then(import_id)


@app.task(name=following.FOLLOW, queue="registry")
def follow(change_id: int, codes: list[int]) -> None:
    with system_scope("registry"):
        following.follow(AreaChange.objects.get(pk=change_id), codes)
