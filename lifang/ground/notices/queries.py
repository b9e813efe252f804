"""How much a person has not read yet."""

from lifang.ground import prepared
from lifang.ground.access.models import User
from lifang.ground.access.scope import Scope, current, within_scope

MOST = 99
UNREAD = "SELECT 1 FROM notices_notice WHERE user_id = %s AND read_at IS NULL LIMIT %s"


def unread(user: User) -> int:
    """Notices not read yet, at most 99: one query on a partial index."""
    if current().user_id == user.pk:
        return _count(user)
    with within_scope(Scope("notice.read", user_id=user.pk)):
        return _count(user)


def _count(user: User) -> int:
    return len(prepared.run(UNREAD, [user.pk, MOST]))
