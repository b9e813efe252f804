"""Where departments say different things of a person: who says what, what the rule would take, and somebody's ruling."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.registry import facts, standing, winning
from lifang.blocks.registry.homes import lying, meaning
from lifang.blocks.registry.judging import Refused
from lifang.blocks.registry.models import Conflict, Record, Ruling
from lifang.ground.access.models import User
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.actions import record

# Words that lost where somebody ruled for another: by system and element. Of a number only its hash is compared, of an address
# the home that it means, and where that lies.
ADDRESS = "r.facts ->> 'address'"
HOME = meaning("r", ADDRESS)
LIES = f"CASE WHEN g.element = 'address' THEN {lying('r', ADDRESS)} END"
WORDS = (
    "r.facts || jsonb_build_object('name', r.name, 'number', r.number_key)"
    f" || CASE WHEN r.facts ? 'address' THEN jsonb_build_object('address', {HOME}) ELSE '{{}}' END"
)
LOST = f"""
WITH ruled AS (
    SELECT DISTINCT ON (c.id) c.person_id, c.element, g.record_id
    FROM registry_conflict c JOIN registry_ruling g ON g.person_id = c.person_id AND g.element = c.element
    WHERE NOT c.open ORDER BY c.id, g.id DESC
), said AS (
    SELECT g.element, r.system_id, ({WORDS}) ->> g.element AS value, {LIES} AS lies,
        first_value(({WORDS}) ->> g.element) OVER ruling AS taken, first_value({LIES}) OVER ruling AS there
    FROM ruled g JOIN registry_record r ON r.person_id = g.person_id AND ({standing.BELIEVED} OR r.id = g.record_id)
    WINDOW ruling AS (PARTITION BY g.person_id, g.element ORDER BY r.id <> g.record_id)
)
SELECT s.title, said.element, count(*) FROM said JOIN registry_system s ON s.id = said.system_id
WHERE said.value <> said.taken OR lies[1] <> there[1] OR lies[2] <> there[2] GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""


class Said(NamedTuple):
    """One word on an element: `counts` if it is the one that the rule, or somebody, took."""

    word: winning.Word
    counts: bool


class Disagreement(NamedTuple):
    """A conflict with its words, the one that counts first, and why it does; `ruling` is the newest, if any."""

    conflict: Conflict
    said: Sequence[Said]
    why: winning.Why
    ruling: Ruling | None


def disagreement(conflict: Conflict) -> Disagreement | None:
    """None where the records no longer say anything on it. Needs a scope in which they are seen."""
    records = list(Record.objects.filter(person=conflict.person_id).select_related("system"))
    words = [winning.said(one, facts.opened(bytes(one.sealed))) for one in winning.believed(records)]
    ruling = Ruling.objects.filter(person=conflict.person_id, element=conflict.element).order_by("-pk").first()
    ruled = standing.ruled(conflict.person_id)
    winner = winning.winners(words, packs.elements(conflict.area), ruled).get(conflict.element)
    if winner is None:
        return None
    said = [Said(winner.word, counts=True), *(Said(word, counts=False) for word in winner.others)]
    return Disagreement(conflict, said, winner.why, ruling)


def settle(*, conflict: Conflict, record_id: int, seen: int | None, by: User, reason: str) -> Ruling:
    """This record's word counts from now on; `seen` is the newest ruling that the person knew of. Raises Refused."""
    locked = Conflict.objects.select_for_update().get(pk=conflict.pk)
    rulings = Ruling.objects.filter(person=locked.person_id, element=locked.element)
    last = rulings.select_related("by").order_by("-pk").first()
    if (last.pk if last else None) != seen:
        raise Refused(
            _("%(who)s刚刚裁定过这一项，你的裁定没有保存。请看过再定。") % {"who": last.by.name if last else ""}
        )
    chosen = Record.objects.filter(standing.BELIEVED_NOW, person=locked.person_id, pk=record_id).first()
    if chosen is None or locked.element not in winning.said(chosen, facts.opened(bytes(chosen.sealed))):
        raise Refused(_("这条记录已经有了新的内容，请刷新后再选。"))
    made = Ruling.objects.create(
        person_id=locked.person_id, element=locked.element, record=chosen, reason=reason, by=by
    )
    with system_scope("registry"):
        standing.refresh([locked.person_id], locked.area)
    record(
        what="resident.settled", kind="resident", object_id=locked.person_id, area=locked.area, element=locked.element,
        ruling=made.pk, reason=reason,
    )  # fmt: skip
    return made


def lost() -> list[tuple[str, str, int]]:
    """System, element and how often its word lost to a ruling, at the places of the scope."""
    with connection.cursor() as cursor:
        cursor.execute(LOST)
        return cursor.fetchall()
