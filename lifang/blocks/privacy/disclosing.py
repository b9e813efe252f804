"""Giving residents what is held about them: at the counter, or by a link with a code for their own phone."""

import datetime as dt
import hashlib
import hmac
import secrets

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.packs import service as packs
from lifang.blocks.privacy.models import Link
from lifang.blocks.registry.models import Person
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.vault import index_secret
from lifang.ground.trail.actions import record
from lifang.ground.trail.words import WHAT

MOST_TRIES = 5
DIGITS = 6
WHAT |= {
    "person.disclosed": lazy("向本人提供（打印）"),
    "person.link_given": lazy("向本人提供（链接）"),
    "person.link_opened": lazy("本人打开了链接"),
}


class Shut(Exception):
    """The link opens nothing any more; the message says why."""


def told(*, person: Person, whole: bool, asked_by: str, paper: str, reason: str, note: str) -> None:
    """The resident at the counter gets it on paper."""
    record(
        what="person.disclosed", kind="resident", object_id=person.pk, area=person.area,
        whole=whole, asked_by=asked_by, paper=paper, reason=reason, note=note,
    )  # fmt: skip


def give_link(
    *, person: Person, by: User, whole: bool, asked_by: str, paper: str, reason: str, note: str
) -> tuple[Link, str, str]:
    """The link with its token and its code, neither of which is kept."""
    token, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    days = packs.value("disclosure.link_days", person.area, today()).value
    link = Link.objects.create(
        digest=_hash(token), code=_coded(token, code), person=person, area=person.area, whole=whole, by=by,
        until=timezone.now() + dt.timedelta(days=days),
    )  # fmt: skip
    record(
        what="person.link_given", kind="resident", object_id=person.pk, area=person.area,
        whole=whole, asked_by=asked_by, paper=paper, reason=reason, note=note,
    )  # fmt: skip
    return link, token, code


def link_of(token: str, *, lock: bool = False) -> Link | None:
    found = Link.objects.filter(digest=_hash(token))
    return (found.select_for_update() if lock else found).first()


def check(link: Link) -> None:
    """Raises Shut where no code helps any more."""
    if link.open_until is not None:
        raise Shut(_("这个链接已经打开过一次，不能再用。要再看，请到社区再要一个。"))
    if link.until < timezone.now():
        raise Shut(_("这个链接过期了。要看的话，请到社区再要一个。"))
    if link.tries >= MOST_TRIES:
        raise Shut(_("验证码错了 {n} 次，这个链接已经停用。请到社区再要一个。").format(n=MOST_TRIES))


def open_link(*, token: str, code: str) -> str | None:
    """What the browser shows from now on, where the code is right; else None, and one try less. Raises Shut."""
    link = link_of(token, lock=True)
    if link is None:
        raise Shut(_("没有这个链接。请核对地址，或到社区再要一个。"))
    check(link)
    if not hmac.compare_digest(link.code, _coded(token, code)):
        link.tries += 1
        link.save(update_fields=["tries"])
        return None
    session = secrets.token_urlsafe(24)
    minutes = packs.value("disclosure.open_minutes", link.area, today()).value
    link.session, link.open_until = _hash(session), timezone.now() + dt.timedelta(minutes=minutes)
    link.save(update_fields=["session", "open_until"])
    record(what="person.link_opened", kind="resident", object_id=link.person_id, area=link.area)
    return session


def is_open(link: Link, session: str) -> bool:
    """Whether this browser is the one that opened it, and its time is not over."""
    now = timezone.now()
    return bool(link.open_until and link.open_until > now and hmac.compare_digest(link.session, _hash(session)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _coded(token: str, code: str) -> str:
    return hmac.digest(index_secret(), f"privacy.link\0{token}\0{code}".encode(), "sha256").hex()
