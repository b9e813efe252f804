"""Two forms that ask the same: one unit proposes to the other that they become one, or says why its own is sent apart."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from lifang.blocks.forms.alike import Alike
from lifang.blocks.forms.errors import Refused
from lifang.blocks.forms.models import Edition, Form, Merging
from lifang.ground.access.models import Grant, User
from lifang.ground.access.scope import system_scope
from lifang.ground.notices import actions as notices
from lifang.ground.trail.actions import record

MAKE = "form.make"


@transaction.atomic
def propose(*, edition: Edition, found: Iterable[Alike], by: User) -> list[Form]:
    """Those units are told that their forms and this one should be one; each once an edition. Raises Refused."""
    proposed = set(edition.mergings.filter(what=Merging.What.PROPOSED).values_list("other", flat=True))
    others = [one.other for one in found if one.other.form_id not in proposed]
    if not others:
        raise Refused(_("没有问的大半一样的表，或者已经建议过合并。"))
    for other in others:
        Merging.objects.create(edition=edition, other=other.form, what=Merging.What.PROPOSED, by=by)
        record(
            what="form.merger", kind="form", object_id=edition.form_id, area=edition.form.area, other=other.form.code
        )
        _tell(edition, other)
    return [one.form for one in others]


def _tell(edition: Edition, other: Edition) -> None:
    with system_scope("forms.merger"):
        held = Grant.objects.in_force().filter(role__functions__contains=[MAKE]).values("user")
        notices.tell(
            people=User.objects.filter(unit=other.form.unit_id, is_active=True, pk__in=held),
            title=_("{unit}建议合并：{title}").format(unit=edition.form.unit.name, title=other.title),
            body=_("《{theirs}》（{code}）和你们的《{yours}》问的大半一样，合成一张，社区只报一次。").format(
                theirs=edition.title, code=edition.form.code, yours=other.title
            ),
            url=reverse("form", args=[other.form_id]),
        )  # fmt: skip


def unexplained(edition: Edition, found: Iterable[Alike]) -> list[Alike]:
    """Those of them from which nobody said why this edition is sent apart."""
    told = set(edition.mergings.filter(what=Merging.What.APART).values_list("other", flat=True))
    return [one for one in found if one.other.form_id not in told]


def apart(*, edition: Edition, found: Collection[Alike], reason: str, by: User) -> None:
    rows = [
        Merging(edition=edition, other=one.other.form, what=Merging.What.APART, reason=reason, by=by) for one in found
    ]
    for one in Merging.objects.bulk_create(rows):
        record(
            what="form.apart", kind="form", object_id=edition.form_id, area=edition.form.area, other=one.other.code,
            reason=reason,
        )  # fmt: skip


def about(form: Form) -> QuerySet[Merging]:
    """What was said of a form and of others with it, by either unit, the newest first."""
    found = Merging.objects.filter(Q(edition__form=form) | Q(other=form))
    return found.select_related("edition__form__unit", "other__unit", "by").order_by("-at", "-pk")
