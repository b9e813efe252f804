"""An application for admission, from the first sheet to the list, as those concerned play it."""

import datetime as dt
import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

from lifang.blocks.cases.models import Case
from lifang.domains.gate.models import Opinion
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import text15
from tests.situations import EAST, a_person, unit_of

LATER = today() + dt.timedelta(days=90)
DAY = dt.timedelta(days=1)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def applied(user: User, at: str = "", **more: Any) -> Any:
    """The form of an application as it comes back, filed as it is; `at` is its address where that is not the plain one."""
    data = {
        "title": "慢病随访月报", "why": "每月了解慢病居民随访情况", "area": text15(EAST), "sends": ["form", "task"],
        "basis": "某条例第三条", "responsible": "区卫生健康局", "people": "每街道一名医生", "training": "每季一次",
        "payer": "health", "amount": "300", "paid_on": (LATER + 30 * DAY).isoformat(), "hours": "4", "power": "可查家庭医生签约名册", "period": "monthly",
        "since": LATER.isoformat(), "until": "", "elements": ["phone"], "known": "签约系统里已有的不再要",
        "key": str(uuid.uuid4()), "incomplete": "1", **more,
    }  # fmt: skip
    given = {name: value for name, value in data.items() if value is not None}
    return signed_in(user).post(at or reverse("admission_new"), given)


def the_case() -> Case:
    with system_scope("test"):
        return Case.objects.filter(type="admission").latest("pk")


def act(user: User, name: str, **data: Any) -> Any:
    return act_on(the_case(), user, name, **data)


def act_on(case: Case, user: User, name: str, **data: Any) -> Any:
    given = {"act": name, "version": case.version, "key": str(uuid.uuid4()), **data}
    return signed_in(user).post(reverse("admission", args=[case.number]), given)


def heard(reason: str = "") -> None:
    """Every community that is asked says yes, or with a reason no."""
    with system_scope("test"):
        asked = list(Opinion.objects.filter(case=the_case(), answer=None))
    for opinion in asked:
        worker = a_person("community_worker", opinion.area)
        given = {"answer": "no" if reason else "yes", "reason": reason}
        assert signed_in(worker).post(reverse("hearing", args=[opinion.pk]), given).status_code == 302


BODIES = ("finance", "human_resources", "justice")


def of_body(kind: str) -> User:
    return a_person("dept_officer", EAST, unit_of(kind, EAST), name=f"{kind}科员")


def all_spoke() -> None:
    """Every body that sits agrees."""
    for kind in BODIES:
        assert act(of_body(kind), "opine", opinion="agree").status_code == 302


def admitted_case(bureau: User, civil: User, **more: Any) -> Case:
    assert applied(bureau, **more).status_code == 302
    assert act(civil, "hear").status_code == 302
    heard()
    assert act(civil, "gather").status_code == 302
    all_spoke()
    assert act(civil, "admit").status_code == 302
    return the_case()
