"""Why an act was not done. Each says what happened, what was kept and what to do next."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _


class NotDone(Exception):
    """The act was refused and nothing was changed; `message` is for the person, `field` names the input if one.

    `allowed` says what would have been taken, in words or as names, where that is known.
    """

    def __init__(self, message: str, field: str = "", allowed: str = "") -> None:
        super().__init__(message)
        self.message, self.field, self.allowed = message, field, allowed


class Conflict(NotDone):
    """Somebody else acted first; what was typed is kept by the page."""

    def __init__(self, name: str, act: str, at: dt.datetime) -> None:
        super().__init__(
            _("{name}已在 {time} 对此案件做了「{act}」。你填写的内容都还在，请看过最新情况再提交。").format(
                name=name or _("另一位同事"), act=act, time=timezone.localtime(at).strftime("%m-%d %H:%M:%S")
            )
        )
        self.by, self.act, self.at = name, act, at


class Refused(NotDone):
    """The act is not allowed now, or an input is missing or wrong."""
