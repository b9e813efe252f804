"""Who is behind a request: Django's sessions and allauth's people, read by statements that are planned once a connection."""

from functools import cache

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.utils import timezone

from lifang.ground import prepared
from lifang.ground.access.models import Unit, User

SESSION = (
    "SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        for key, data, ends in prepared.run(SESSION, [self.session_key, timezone.now()]):
            return Session(session_key=key, session_data=data, expire_date=ends)
        self._session_key = None
        return None


class People(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        """The person with their unit, as long as the account is in use."""
        sql, own, units = _statement()
        for row in prepared.run(sql, [user_id]):
            user = User.from_db(connection.alias, own, row[: len(own)])
            if user.unit_id:
                user.unit = Unit.from_db(connection.alias, units, row[len(own) :])
            return user if self.user_can_authenticate(user) else None
        return None


@cache
def _statement() -> tuple[str, list[str], list[str]]:
    def columns(model: type[models.Model], table: str) -> list[str]:
        return [f'{table}."{field.column}"' for field in model._meta.concrete_fields]

    wanted = ", ".join([*columns(User, "u"), *columns(Unit, "n")])
    return (
        f"SELECT {wanted} FROM access_user u LEFT JOIN access_unit n ON n.id = u.unit_id WHERE u.id = %s",
        [field.attname for field in User._meta.concrete_fields],
        [field.attname for field in Unit._meta.concrete_fields],
    )
