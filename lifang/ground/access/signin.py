"""Sign-in is for staff whom an administrator has entered; nobody signs themselves up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from lifang.ground.access.limits import address
from lifang.ground.access.models import User
from lifang.ground.access.scope import holdings_of

# Where people land after signing in: the first page whose function they hold.
LANDINGS = (("case.read", "/desk/"), ("access.read", "/desk/admin/"), ("area.read", "/desk/places/"))


class StaffOnly(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Behind a proxy each person is counted alone: one who guesses passwords must not shut out all the others."""
        return address(request) or request.META["REMOTE_ADDR"]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        held = holdings_of(request.user).functions  # type: ignore[arg-type]
        return next((address for function, address in LANDINGS if function in held), "/desk/notices/")

    def set_password(self, user: User, password: str) -> None:
        """A password of one's own takes the place of the one that the administrator gave."""
        user.must_change_password = False
        super().set_password(user, password)
