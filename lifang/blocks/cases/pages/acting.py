"""One act typed into a form of a case's page and done on the case: the same at the desk and on the phone."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases import actions, beside, guide, lifecycle
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import Conflict, Refused
from lifang.blocks.cases.forms import ActForm, typed_data
from lifang.blocks.cases.models import Act, Case
from lifang.blocks.cases.showing import Shown
from lifang.blocks.packs.shapes import CaseType, Transition
from lifang.ground.access.doors import acting, holdings
from lifang.ground.areas.models import Area
from lifang.ground.files import store
from lifang.ground.typed import whole


@dataclass(frozen=True)
class Tried:
    """An act that was sent: `done`, or why not. `kept` are the fingerprints of its pictures, to be sent again.

    `barred`: the person may read the case but not do this here.
    """

    act: str
    kept: Sequence[str] = ()
    done: Act | None = None
    conflict: Conflict | None = None
    refused: Refused | None = None
    barred: bool = False

    @property
    def status(self) -> int:
        return 409 if self.conflict else 403 if self.barred else 422


NOTHING_TRIED = Tried("")


def try_act(request: HttpRequest, case: Case) -> Tried:
    """Do what the form says: `act`, `version`, `key` and the inputs that the table names. The view takes photos."""
    posted, type_ = request.POST, lifecycle.type_of(case)
    name, key = posted.get("act", ""), _uuid(posted.get("key", ""))
    kept = _pictures(request)
    try:
        if (before := actions.repeated(key)) is not None and before.case_id == case.pk:
            return Tried(name, kept, before)
        if said := request.photos.words():  # type: ignore[attr-defined]
            raise Refused(" ".join(said), "photos")
        user = request.user
        actions.check_unchanged(case, type_, name, whole(posted.get("version", "")) or 0, user.unit_id)  # type: ignore[union-attr]
        row = lifecycle.transition(case, type_, name)
        data = _read_places(typed_data(row, type_, posted), type_)
        with acting(request, row.by):
            done = actions.apply(
                case_id=case.pk,
                act=name,
                version=case.version,
                actor=Actor(user.pk, user.name, user.unit_id),  # type: ignore[union-attr]
                data={**data, "photos": kept} if kept else data,
                key=key,
            )
    except Conflict as conflict:
        return Tried(name, kept, conflict=conflict)
    except Refused as refused:
        return Tried(name, kept, refused=refused)
    except Case.DoesNotExist:
        words = _("你在这里没有办理「%(act)s」的权限。") % {"act": type_.act_title(name)}
        return Tried(name, kept, refused=Refused(words), barred=True)
    return Tried(name, kept, done)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _pictures(request: HttpRequest) -> list[str]:
    """Pictures kept at an earlier try and those that came now."""
    named = [sha for sha in request.POST.getlist("kept") if lifecycle.FINGERPRINT.fullmatch(sha) and store.look_up(sha)]
    fresh = [kept.sha256 for kept in request.photos.kept]  # type: ignore[attr-defined]
    return [*dict.fromkeys([*named, *fresh])]


def _read_places(data: dict[str, Any], type_: CaseType) -> dict[str, Any]:
    """Places typed by name become their codes where the name is the only one of its kind."""
    for name, value in data.items():
        if type_.inputs[name].kind == "area" and value and not (value.isascii() and value.isdigit()):
            codes = list(Area.objects.as_of(timezone.localdate()).filter(name=value).values_list("code", flat=True)[:2])
            if len(codes) != 1:
                raise Refused(_("没有找到唯一叫「%(name)s」的地方，请填 15 位代码。") % {"name": value[:40]}, name)
            data[name] = str(codes[0])
    return data


def open_acts(request: HttpRequest, shown: Shown) -> list[Transition]:
    """The acts that are open to this person now, the likeliest first."""
    own = beside.OWN.get(shown.case.type)
    if own and own.general is beside.General.SHOWS:
        return []
    rows = lifecycle.allowed(shown.case, shown.type, holdings(request), request.user.unit_id)  # type: ignore[union-attr]
    return sorted(rows, key=lambda row: guide.rank(row, shown.case))


def forms_of(
    request: HttpRequest, shown: Shown, rows: Sequence[Transition], tried: Tried
) -> tuple[list[ActForm], ActForm | None]:
    """The forms of these acts, and the one just tried, with what was typed and why not."""
    offer = guide.offer(shown, rows)
    forms = [
        ActForm(row, shown.type, offer, *((request.POST, tried.kept) if row.act == tried.act else ())) for row in rows
    ]
    typed = next((form for form in forms if form.row.act == tried.act), None)
    if typed and tried.refused:
        typed.refuse(tried.refused.field, tried.refused.message)
    elif typed:
        typed.renew()
    return forms, typed


def lost(request: HttpRequest, type_: CaseType) -> list[tuple[str, str]]:
    """What was typed for an act that is no longer open, so that it can be copied."""
    return [
        (type_.inputs[name].title, value)
        for name, value in request.POST.items()
        if name in type_.inputs and isinstance(value, str) and value.strip()
    ]
