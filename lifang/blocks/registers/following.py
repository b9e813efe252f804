"""Entries follow their places: after a merge or a move they stand at the heir. Of a split the larger part gets them, with a
doubt that somebody clears; undoing takes the step back."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from lifang.blocks.registers import actions
from lifang.blocks.registers.models import Entry, Statement
from lifang.blocks.registers.queries import When, kind_of, said
from lifang.ground.access.scope import EVERYWHERE, Scope, within_scope
from lifang.ground.areas import carrying
from lifang.ground.areas.models import AreaChange, Succession


def follow(change: AreaChange, codes: Collection[int]) -> None:
    """Where the change has no successions any more, it is being undone."""
    heirs: dict[int, list[Succession]] = {}
    for step in Succession.objects.filter(change=change).order_by("-share", "new_code"):
        heirs.setdefault(step.old_code, []).append(step)
    with within_scope(Scope("system.registers.follow", (EVERYWHERE,), user_id=change.by_id)):
        if heirs:
            _carry(change, heirs)
        else:
            _take_back(change)


def _carry(change: AreaChange, heirs: dict[int, list[Succession]]) -> None:
    moved = {old: steps for old, steps in heirs.items() if [step.new_code for step in steps] != [old]}
    here = said(When(change.on)).filter(area__in=moved, entry__ended=False).select_related("entry")
    later = Statement.objects.filter(known_until=None, gone=False, held_from__gt=change.on, area__in=moved)
    for statement in [*here, *later.filter(entry__ended=False).select_related("entry")]:
        steps, shape = moved[statement.area], kind_of(statement.entry.kind, statement.area)
        if shape is None:
            continue
        several = len(steps) > 1
        reason = _("随区划调整：{title}").format(title=change.document_title or change.get_kind_display())
        actions.change(
            entry=statement.entry, shape=shape, area=steps[0].new_code, name=statement.name, facts=statement.facts,
            held_from=max(change.on, statement.held_from), reason=reason[:200], by=change.by, carried=change, doubt=several,
        )  # fmt: skip


def _take_back(change: AreaChange) -> None:
    carried = list(Statement.objects.filter(change=change, known_until=None).select_related("entry", "replaces"))
    actions.forget(carried)
    entries = {one.entry_id: one.entry for one in carried}
    actions.refresh(
        (entry, shape) for entry in Entry.objects.filter(pk__in=entries) if (shape := kind_of(entry.kind, entry.area))
    )


carrying.FOLLOWERS.append(follow)
