"""The page of its own that each certificate has: all that may be done with it is done there."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lifang.blocks.cases import beside as cases
from lifang.blocks.cases.models import Case
from lifang.domains.certificates.asking import CASE
from lifang.domains.certificates.pages.reaching import READ
from lifang.ground.access.doors import holdings


def address(request: HttpRequest, case: Case) -> str:
    return reverse("certificate", args=[case.number]) if holdings(request).may(READ, case.area) else ""


cases.OWN[CASE] = cases.Own(_("出具证明"), address, cases.General.SHOWS)
