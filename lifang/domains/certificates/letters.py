"""Letters to bodies that ask residents for certificates that a community must not issue, and what became of each."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import storable
from lifang.domains.certificates.kinds import Way
from lifang.domains.certificates.models import Certificate, Letter
from lifang.ground.access.models import Grant, Unit, User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.notices.actions import tell
from lifang.ground.trail.actions import record

LANGUAGE = "zh-hans"
"""Paper speaks Chinese, whoever prints it."""
READ = "letter.read"
BY_HAND = {way.value: way.label for way in Letter.Way if way != Letter.Way.NOTICE}
FOLLOWS = {
    Letter.State.WRITTEN: (Letter.State.SENT, Letter.State.DELIVERED),
    Letter.State.SENT: (Letter.State.DELIVERED, Letter.State.RETURNED),
    Letter.State.RETURNED: (Letter.State.SENT,),
    Letter.State.DELIVERED: (),
}


def write(certificate: Certificate, way: Way, day: dt.date) -> Letter:
    """It names the certificate, the rule and who must issue it, and nobody who asked."""
    text = "\n".join(
        [
            _("{day}，有居民说贵单位要其到社区开具「{title}」。").format(
                day=date_format(day, pgettext("date", "Y年n月j日")), title=certificate.title
            ),
            _("按{rule}，社区不得出具这项证明。").format(rule=way.rule),
            _("应由谁办：{owner}。居民可以这样办：{guide}").format(owner=way.owner, guide=way.guide),
            _("请贵单位今后不再要居民到社区开具这项证明；确有法律法规依据的，请来函告知依据。编号 {number}。").format(
                number=certificate.number
            ),
        ]
    )
    letter = Letter(certificate=certificate, area=certificate.area, body=certificate.body, text=text)
    letter.unit = _unit(certificate.body)
    if letter.unit and _told(letter, letter.unit, certificate.title):
        letter.state, letter.way, letter.on = Letter.State.DELIVERED, Letter.Way.NOTICE, day
    letter.save()
    return letter


def _unit(body: str) -> Unit | None:
    """The one active unit of this name."""
    found = list(Unit.objects.filter(name=body, active=True)[:2])
    return found[0] if len(found) == 1 else None


def _told(letter: Letter, unit: Unit, title: str) -> int:
    """How many people of the unit were told of the letter; those who may read it."""
    with system_scope("certificate.letter"):
        held = Grant.objects.in_force().filter(role__functions__contains=[READ]).values("user")
        return tell(
            people=User.objects.filter(unit=unit, is_active=True, pk__in=held),
            title=_("社区来函：不再要居民开「{title}」").format(title=title),
            url=reverse("certificate_letter_received", args=[letter.pk]),
        )


@transaction.atomic
def told(*, certificate: Certificate, state: str, way: str, on: dt.date, note: str, by: User) -> Letter:
    """What became of the letter. Runs under `certificate.check`. Raises Refused naming the field."""
    letter = Letter.objects.select_for_update().get(certificate=certificate)
    note = note.strip()
    if state not in FOLLOWS[Letter.State(letter.state)]:
        raise Refused(
            _("这封信现在是「{state}」，不能这样改。请刷新页面再看。").format(state=letter.get_state_display()), "state"
        )
    if way not in BY_HAND:
        raise Refused(_("请选怎样送的。"), "way")
    if on > today():
        raise Refused(_("日期不能晚于今天。"), "on")
    if len(note) > 200 or not storable(note):
        raise Refused(_("说明最多写 200 个字。"), "note")
    if state == Letter.State.RETURNED and not note:
        raise Refused(_("送不到的，请写明原因。"), "note")
    letter.state, letter.way, letter.on, letter.note, letter.by = state, way, on, note, by
    letter.save()
    record(
        what="certificate.letter", kind="certificate", object_id=certificate.number, area=certificate.area, state=state
    )
    return letter
