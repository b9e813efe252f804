"""A street whose communities are called to meetings, looked at, and hung with plates."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client

from lifang.blocks.cases.models import Case
from lifang.blocks.registers.models import Entry
from lifang.blocks.registers.tests.situations import Street, a_street, said_in
from lifang.domains.gate.models import Reach, Sending
from lifang.domains.gate.tests.situations import admitted
from lifang.domains.meter.models import Occasion
from lifang.ground.access.models import Unit, User
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import text
from tests.situations import CITY, EAST, EAST_COMMUNITY, EAST_STREET, a_person, unit_of

FIRST = today().replace(day=1)
BASIS = "某条例第三条"


@dataclass
class Ward:
    """`street` keeps the registers; `health` and `housing` are departments whose matter is admitted; `watch` supervises."""

    street: Street
    health: User
    housing: User
    watch: User
    matters: dict[str, str] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(getattr(self, who) if hasattr(self, who) else getattr(self.street, who))
        return client

    def page(self, address: str, by: str = "desk", **query: Any) -> str:
        answer = self.client(by).get(f"/desk/meter/{address}", query)
        assert answer.status_code == 200, answer.status_code
        return said_in(answer)

    def calls(
        self,
        kind: str = "meeting",
        title: str = "慢病工作会",
        *,
        by: str = "health",
        since: dt.date | None = None,
        items: str = "",
        below: int = EAST_STREET,
        **more: Any,
    ) -> HttpResponse:
        """A meeting or inspection typed into the calendar; an inspection stands on its admission unless said otherwise."""
        given = {
            "kind": kind, "matter": self.matters[by], "title": title, "text": "", "since": since or today(), "until": "",
            "venue": "街道会议室", "items": items, "persons": 1, "minutes": 90, "below": text(below), "only": "",
            "approval": "", "key": str(uuid.uuid4()), **more,
        }  # fmt: skip
        return self.client(by).post("/desk/meter/calendar/new/", given)  # type: ignore[return-value]

    def called(self, *args: Any, **more: Any) -> Occasion:
        answer = self.calls(*args, **more)
        assert answer.status_code == 302, said_in(answer)
        with system_scope("test"):
            return Occasion.objects.select_related("sending").latest("pk")

    def plate(
        self, name: str, side: str = "outside", sort: str = "other", *, area: int = EAST_COMMUNITY, office: str = "一楼大厅", **more: Any
    ) -> Entry:  # fmt: skip
        return self.street.enters("plate", name, area=area, side=side, sort=sort, office=office, how="found", **more)

    def three_outside(self, area: int = EAST_COMMUNITY) -> None:
        for sort in ("party", "committee", "supervision"):
            self.plate(sort, sort=sort, area=area, office=f"{sort}门口")

    def asks(
        self,
        sort: str = "other",
        side: str = "inside",
        *,
        what: str = "plate",
        area: int = EAST_COMMUNITY,
        words: str = "儿童之家",
        by: str = "desk",
        matter: str | None = None,
    ) -> HttpResponse:
        matter = self.hangs(by) if matter is None and what == "plate" else matter or ""
        given = {"what": what, "area": text(area), "words": words, "basis": BASIS, "side": side, "sort": sort,
                 "office": "二楼", "matter": matter, "key": str(uuid.uuid4())}  # fmt: skip
        return self.client(by).post("/desk/meter/approvals/ask/", given)  # type: ignore[return-value]

    def hangs(self, by: str) -> str:
        """The matter on which somebody's unit may have plates hung, admitted when it is first needed."""
        if (of := f"{by} plates") not in self.matters:
            user = getattr(self, by, None) or getattr(self.street, by)
            self.matters[of] = admitted(user.unit, title="服务点挂牌", sends=["plate"]).code
        return self.matters[of]

    def decides(self, case: Case, decision: str = "approve") -> HttpResponse:
        given = {"decision": decision, "words": "同意"}
        return self.client("watch").post(f"/desk/meter/approvals/{case.number}/", given)  # type: ignore[return-value]

    def acts(self, who: str, case: Case, act: str, **data: Any) -> HttpResponse:
        with system_scope("test"):
            case.refresh_from_db()
        given = {"act": act, "version": case.version, "key": str(uuid.uuid4()), **data}
        return self.client(who).post(f"/desk/events/{case.number}/", given)  # type: ignore[return-value]


def newest(kind: str) -> Case:
    with system_scope("test"):
        return Case.objects.filter(type=kind).latest("pk")


def asked(
    unit: Unit,
    kind: str = "task",
    minutes: int = 60,
    *,
    areas: tuple[int, ...] = (EAST_COMMUNITY,),
    on: dt.date | None = None,
    matter: str = "",
    kept: bool = False,
    title: str = "一件事",
) -> Sending:
    """Something that was asked (or kept away) on a day, as the gate keeps it."""
    at = midnight(on or today()) + dt.timedelta(hours=9)
    with system_scope("test"):
        made = Sending.objects.create(
            number=f"XD{uuid.uuid4().hex[:12]}", area=areas[0] if len(areas) == 1 else EAST_STREET, level=5, kind=kind, matter=matter, unit=unit,
            title=title, at=at, minutes=minutes, places=len(areas), state="returned" if kept else "sent",
            rule="unlisted" if kept else "listed", why="演示", channel="desk", key=uuid.uuid4(),
        )  # fmt: skip
        for area in areas:
            Reach.objects.create(sending=made, area=area, unit=unit, at=at, minutes=minutes, kept=kept)
    return made


def a_ward() -> Ward:
    street = a_street()
    people = {kind: a_person("dept_officer", EAST, unit_of(kind, EAST)) for kind in ("health", "housing")}
    ward = Ward(street, people["health"], people["housing"], a_person("supervisor", CITY))
    for kind in people:
        row = admitted(unit_of(kind, EAST), title=f"{kind}工作", sends=["task", "form", "meeting", "inspection"])
        ward.matters[kind] = row.code
    return ward
