"""What a list that was replaced or changed means for an application that is still open."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lifang.blocks.cases.models import Case
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.queries import Changes, Matter
from lifang.blocks.matters.words import CLASSES
from lifang.blocks.packs import service as packs
from lifang.domains.gate.applying import OTHERS
from lifang.domains.gate.verdict import same

UNDECIDED = ("examining", "completing", "hearing", "deciding")


@dataclass(frozen=True)
class Moved:
    """How the list went on to `version` since an application was made; `touches` says what of it bears on this one."""

    version: int
    changes: Changes
    touches: list[str]


def since_asked(case: Case, on: dt.date) -> Moved | None:
    """None where the list did not change, or the application is decided."""
    if case.state not in UNDECIDED or case.fields["version"] == (version := matters.version(case.area, on)):
        return None
    before = dt.date.fromisoformat(case.fields["asked_on"]) - dt.timedelta(days=1)
    found = matters.changes(case.area, before, on)
    own = [one for one in found.added if one.name != case.number]
    if not (own or found.removed or found.changed):
        return None
    now = [one for one in (*own, *(new for _old, new in found.changed)) if same(one.title, case.title)]
    gone = [one for one in found.removed if same(one.title, case.title) and not any(one.title == n.title for n in now)]
    touches = [_means(one) for one in now]
    touches += [_("「{title}」已经不在清单里。").format(title=one.title) for one in gone]
    return Moved(version, Changes(own, found.removed, found.changed), touches)


def _means(one: Matter) -> str:
    owner = one.admitted.unit.name if one.admitted else packs.units()[one.owner].title if one.owner else ""
    said = {"title": one.title, "class_": CLASSES[one.class_], "owner": owner}
    if one.class_ in OTHERS:
        return _("「{title}」现在列为{class_}，归{owner}，这件不能准入。").format(**said)
    if one.class_ == "assist":
        return _("「{title}」现在列为{class_}，由{owner}下达；是同一件事的，不必再准入。").format(**said)
    return _("「{title}」现在列为{class_}；是同一件事的，不必再准入。").format(**said)
