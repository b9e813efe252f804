"""The page of its own that an application for admission has, and which of its acts would not be refused to whom."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifang.blocks.cases import beside as cases
from lifang.blocks.cases import lifecycle
from lifang.blocks.cases.models import Case
from lifang.blocks.packs.shapes import Transition
from lifang.domains.gate import hearing, joint
from lifang.domains.gate.applying import ADMISSION, missing
from lifang.domains.gate.models import Opinion
from lifang.domains.gate.pages.desk import READ
from lifang.ground.access.doors import holdings
from lifang.ground.access.ranges import today


def address(request: HttpRequest, case: Case) -> str:
    return reverse("admission", args=[case.number]) if holdings(request).may(READ, case.area, case.involved) else ""


def fitting(case: Case, unit: int | None, rows: Sequence[Transition]) -> list[Transition]:
    """To speak is for the bodies that sit, what is the applicant's is for the applicant; the hearing ends and the conclusion is
    drawn when those who are asked have spoken or their time is over; nothing goes on while one of the three conditions lacks,
    and where none lacks the applicant waits for the examiner."""
    lacks = bool(missing(case.fields["application"]))
    bodies, now = joint.bodies_of(case) if case.state == "deciding" else [], timezone.now()
    waiting = case.state == "hearing" and hearing.silent(Opinion.objects.filter(case=case), today())
    shut = {
        name
        for name, true in (
            ("give_opinion", all(one.part.unit_id != unit for one in bodies)),
            ("applicant_only", case.unit_id != unit),
            ("gather_opinions", waiting),
            ("conclude_jointly", any(one.has_time(now) for one in bodies)),
            ("three_conditions", lacks),
            ("supply_application", case.state == "examining" and not lacks),
        )
        if true
    }
    return [
        row for row in rows if shut.isdisjoint(row.effects) and (row.act != "admit_now" or case.urgency == "urgent")
    ]


cases.OWN[ADMISSION] = cases.Own(_("准入申请"), address, cases.General.LEADS)
lifecycle.FITTING[ADMISSION] = fitting
