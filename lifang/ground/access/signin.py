"""Sign-in is for staff whom an administrator has entered; nobody signs themselves up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from lifang.ground.access.limits import address
from lifang.ground.access.models import User


class StaffOnly(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Behind a proxy each person is counted alone: one who guesses passwords must not shut out all the others."""
        return address(request) or request.META["REMOTE_ADDR"]

    def set_password(self, user: User, password: str) -> None:
        """A password of one's own takes the place of the one that the administrator gave."""
        user.must_change_password = False
        super().set_password(user, password)
