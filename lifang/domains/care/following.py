"""Contact workers and contacts go with their households when communities split, merge or get other codes."""

from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext as _

from lifang.blocks.registry import following
from lifang.domains.care.households import Household, hashed, of_place
from lifang.domains.care.models import Contact, Duty
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of, span
from lifang.ground.areas.models import AreaChange

Known = Mapping[tuple[str, int | None], Household]


def follow(change: AreaChange, codes: Collection[int]) -> None:
    """A household is known by hashes that name its community: those of whom it came from are reckoned from where its
    people stand now. The same way back when a change is undone."""
    communities = {at_level(code, COMMUNITY) for code in codes if level_of(code) >= COMMUNITY}
    standing = {community: of_place(community)[0] for community in communities}
    for left in communities:
        stayed = _known(left, standing[left])
        gone = _known(left, (one for other in communities - {left} for one in standing[other]))
        _move_duties(change, left, {key: one for key, one in gone.items() if key not in stayed})
        _move_contacts(left, {key: one for key, one in gone.items() if key not in stayed})


def _known(community: int, households: Iterable[Household]) -> dict[tuple[str, int | None], Household]:
    """Households by the hashes that they have, or had, in a community."""
    found: dict[tuple[str, int | None], Household] = {}
    for one in households:
        found["number", hashed("number", community, one.head.number)] = one
        found["home", hashed("home", community, one.address)] = one
    return {(kind, value): one for (kind, value), one in found.items() if value is not None}


def _of(row: Duty | Contact, gone: Known) -> Household | None:
    return gone.get(("home", row.home)) if row.number is None else gone.get(("number", row.number))


def _move_duties(change: AreaChange, left: int, gone: Known) -> None:
    reason = _("随区划调整：{title}").format(title=change.document_title or change.get_kind_display())[:200]
    for duty in Duty.objects.filter(area=left, until=None):
        if (to := _of(duty, gone)) is None:
            continue
        Duty.objects.filter(pk=duty.pk).update(until=today(), ended_by=change.by)
        Duty.objects.bulk_create(
            [
                Duty(
                    area=to.area, number=duty.number and to.number, home=to.home, worker_id=duty.worker_id,
                    since=today(), reason=reason, by_id=duty.by_id,
                )
            ],
            ignore_conflicts=True,
        )  # fmt: skip


def _move_contacts(left: int, gone: Known) -> None:
    below = span(left)
    for contact in Contact.objects.filter(area__gte=below.start, area__lt=below.stop).defer("note"):
        if (to := _of(contact, gone)) is not None:
            Contact.objects.filter(pk=contact.pk).update(
                area=to.grid, number=contact.number and to.number, home=to.home
            )


following.FOLLOWED.append(follow)
