"""The page of its own that an application for admission has, and which of its acts are one body's alone."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lifang.blocks.cases import beside as cases
from lifang.blocks.cases.models import Case, Part
from lifang.blocks.packs.shapes import Transition
from lifang.domains.gate.applying import ADMISSION
from lifang.domains.gate.joint import SPEAK
from lifang.domains.gate.pages.desk import READ
from lifang.ground.access.doors import holdings


def address(request: HttpRequest, case: Case) -> str:
    return reverse("admission", args=[case.number]) if holdings(request).may(READ, case.area, case.involved) else ""


def offered(request: HttpRequest, case: Case, rows: Sequence[Transition]) -> list[Transition]:
    """To speak is for the bodies that sit, what is the applicant's is for the applicant."""
    unit = request.user.unit_id  # type: ignore[union-attr]
    speaks = Part.objects.filter(case=case, unit=unit, kind=Part.Kind.JOINT).exists()
    own = case.unit_id == unit
    return [row for row in rows if (speaks if row.act == SPEAK else own or "applicant_only" not in row.effects)]


cases.OWN[ADMISSION] = cases.Own(_("准入申请"), address, offered)
