"""Two districts with one row at least of every table that row-level security holds."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Case, Part, Photo
from lifang.blocks.dwellings.models import Building, Condition, Dwelling, Filing, Layout
from lifang.blocks.exchange.models import Contract, Entry, Flaw, Given, Question, Sent
from lifang.blocks.forms.models import Answer, Edition, Form, Issue, Merging, Return, Workbook
from lifang.blocks.indicators.models import Finding
from lifang.blocks.indicators.tally import fold
from lifang.blocks.ledger import actions as ledger
from lifang.blocks.ledger.books import MONEY
from lifang.blocks.lists.models import Mark, SavedList, Showing
from lifang.blocks.privacy.models import Consent, Deletion, Hold, Link
from lifang.blocks.registers.models import Counted, File, Member, Statement, Stocktake
from lifang.blocks.registers.models import Entry as Body
from lifang.blocks.registry.models import (
    Conflict,
    Head,
    Import,
    Move,
    Pair,
    Person,
    Problem,
    Record,
    Ruling,
    Special,
    System,
)
from lifang.domains.care.models import Contact, Duty, Outreach
from lifang.domains.certificates.models import Certificate, Fact, Letter, Printing, SealUse
from lifang.domains.counter.models import Application, Appointment, Filling, Shift, Ticket
from lifang.domains.experts.models import Expert
from lifang.domains.gate.models import Opinion, Reach, Reply, Sending, Stance
from lifang.domains.grid.actions import Report, report_event
from lifang.domains.guidance.models import Adoption, Article, Step
from lifang.domains.meter.models import Occasion
from lifang.faces.api.models import ApiToken, Attempt, Delivery, Subscription
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import EVERYWHERE, Scope, scope_of, system_scope, within_scope
from lifang.ground.areas.codes import span
from lifang.ground.areas.models import Area
from lifang.ground.notices.models import Notice
from lifang.ground.trail.actions import record
from tests import situations

EAST, WEST = situations.EAST, situations.WEST


@dataclass
class District:
    """What belongs to one district: its place, and the keys of what stands there."""

    place: int
    case: Case
    cases: list[int]
    person: int
    delivery: uuid.UUID
    resident: Ruling
    imported: int
    of: dict[str, int]


def two_districts() -> dict[str, District]:
    """In each district one row at least of every table that the policies hold."""
    situations.a_small_city()
    found = {
        name: _a_district(place, *point)
        for name, place, point in (
            ("east", EAST, situations.IN_EAST_GRID), ("west", WEST, situations.IN_WEST_GRID),
        )
    }  # fmt: skip
    desk = situations.a_person(
        "street_desk", situations.WEST_STREET, situations.unit_of("grid_center", situations.WEST_STREET)
    )
    for act in ("accept", "file"):
        function = f"event.{act}"
        with scope_of(desk, function):
            apply(case_id=found["west"].case.pk, act=act, version=None, actor=Actor(desk.pk, desk.name, desk.unit_id))
    with system_scope("figures"):
        fold()
    with within_scope(Scope("public.report", (EVERYWHERE,))):
        for lon, lat in (situations.IN_EAST_GRID, situations.IN_WEST_GRID):
            report_event(report=Report(category="06010", text="路灯不亮", lon=lon, lat=lat), actor=Actor())
    return found


def _a_district(place: int, lon: float, lat: float) -> District:
    person = situations.a_person("grid_worker", place)
    with within_scope(Scope("public.report", (EVERYWHERE,))):
        told = Report(category="06010", text="井盖破损,有人绊倒", lon=lon, lat=lat, phone="13800000000", name="演示")
        first, second = (report_event(report=told, actor=Actor()).case for _again in range(2))
    now = timezone.now()
    with system_scope("figures"):
        unit = situations.unit_of("water", place)
        Area.objects.below(place).update(population=1000)
        for closed in (now, None):
            Case.objects.filter(pk=second.pk).update(closed_at=closed)
        Part.objects.create(case=first, unit=unit, kind=Part.Kind.SHARE, duty="抢修", begun_at=now)
        Photo.objects.create(case=first, sha256=f"{place:064}", mime="image/jpeg", size=1, width=1, height=1)
        Notice.objects.create(user=person, title="有新的事件", url="/desk/")
        Finding.objects.create(area=place, cell=place, category="06010", cases=[], first_at=now, last_at=now)
        record(what="test", kind="test", object_id=1, area=place)
        sending = Sending.objects.create(
            number=f"XD{place}", area=place, level=5, kind="form", unit=unit, title="月报", at=now, minutes=1, places=1,
            state="returned", rule="unlisted", why="演示", channel="desk", key=uuid.uuid4(),
        )  # fmt: skip
        opinion = Opinion.objects.create(case=first, area=place + 1001000, due=today())
        Stance.objects.create(opinion=opinion, area=opinion.area, yes=True, at=now)
        Occasion.objects.create(
            kind="learning",
            area=place + 1001000,
            unit=unit,
            title="读书会",
            since=now.date(),
            until=now.date(),
            minutes=60,
        )
        reach = Reach.objects.create(sending=sending, area=place + 1001000, unit=unit, at=now, minutes=1, kept=True)
        Reply.objects.create(reach=reach, area=reach.area, act="objected", words="没有人手", at=now)
        Expert.objects.create(
            name="演示", fields=["01"], area=place, area_end=span(place).stop, valid=(situations.BEGINNING, None)
        )
    year = (today(), today() + dt.timedelta(days=365))
    with within_scope(Scope("api.manage", (EVERYWHERE,))):
        ApiToken.objects.create(
            name="测试", digest=str(place).encode(), user=person, granted_by=person, functions=["case.read"],
            area=place, purpose="测试", valid=year,
        )  # fmt: skip
        listener = Subscription.objects.create(
            url="https://example.org/",
            topics=["*"],
            area=place,
            secret=b"",
            purpose="测试",
            user=person,
            made_by=person,
        )
        delivery = Delivery.objects.create(
            id=uuid.uuid4(), subscription=listener, area=place, event="event.accept", payload={}
        )
        Attempt.objects.create(delivery=delivery, status=200, milliseconds=1)
    resident = _a_resident(place, person)
    with system_scope("guidance"):
        article = Article.objects.create(
            kind="practice", state="published", area=place, area_end=span(place).stop, title="演示", text="演示",
            rests_on=today(), by=person,
        )  # fmt: skip
        Step.objects.create(article=article, act="write", by=person)
        Adoption.objects.create(article=article, area=place + 1001000, since=today(), by=person)
    with system_scope("care"):
        Outreach.objects.create(case=first, person=resident.person, rule="reaches_age", occasion="80", area=place)
        Duty.objects.create(area=place, home=1, worker=person, since=today(), reason="演示", by=person)
        Application.objects.create(case=first, area=place, service="birth", line="health", code="000000")
        Filling.objects.create(case=first, sealed=b"1", way="desk", at=timezone.now())
        hours = {"since": dt.time(9), "until": dt.time(12)}
        Shift.objects.create(area=place, day=today(), worker=person, by=person, **hours)
        Ticket.objects.create(area=place, day=today(), number=1, at=timezone.now())
        Appointment.objects.create(
            area=place, at=timezone.now(), way="counter", made_at=timezone.now(), key=uuid.uuid4()
        )
        Contact.objects.create(area=place, home=1, kind=Contact.Kind.VISIT, on=today(), by=person)
    with system_scope("certificates"):
        _a_certificate(second, place, person)
    with system_scope("registers"):
        of = {**_a_building(place, person), **_a_body(place, person), "person_id": resident.person_id}
        of["article_id"] = article.pk
        of |= _a_form(place, person)
        _an_entry(place, person)
        Mark.objects.create(person=resident.person, care_list="oldest", see="person.read", by=person, until=today())
        SavedList.objects.create(name="演示", query={}, user=person)
        Showing.objects.create(what="export", area=place, persons=[resident.person_id], by=person)
    return District(
        place, first, [first.pk, second.pk], person.pk, delivery.pk, resident, resident.record.imported_id, of
    )


def _an_entry(place: int, by: User) -> None:
    """Money that was given last year, in a month that is closed."""
    day = today() - dt.timedelta(days=365)
    kept = ledger.accounts(MONEY, [ledger.Of(place, kind, "assist_flood") for kind in ("having", "giving")])
    lines = dict(zip(kept.values(), (Decimal(1), Decimal(-1)), strict=True))
    ledger.post(book=MONEY, area=place, day=day, words="演示", lines=lines, by=by, key="演示")
    ledger.close_month(book=MONEY, area=place, month=day, by=by)


def _a_certificate(case: Case, place: int, by: User) -> None:
    now = timezone.now()
    made = Certificate.objects.create(
        case=case, number=case.number, area=place, title="演示", channel="counter", purpose="演示"
    )
    Fact.objects.create(certificate=made, area=place, name="name", value=b"1", way="register", by=by, at=now)
    printing = Printing.objects.create(certificate=made, area=place, pdf=b"1", by=by, at=now)
    SealUse.objects.create(printing=printing, area=place, year=2026, serial=1, copy=1)
    Letter.objects.create(certificate=made, area=place, body="演示", text="演示")


def _a_building(place: int, by: User) -> dict[str, int]:
    filing = Filing.objects.create(way="form", area=place, held_on=today(), source="演示", by=by)
    building = Building.objects.create(area=place, at="演示路1-1")
    Layout.objects.create(building=building, filing=filing, held_on=today(), area=place, entrances=1, floors=1)
    flat = Dwelling.objects.create(building=building, home="演示路1-1-1-101", entrance=1, number=101)
    Condition.objects.create(dwelling=flat, filing=filing, held_on=today())
    return {"building_id": building.pk, "dwelling_id": flat.pk}


def _a_body(place: int, by: User) -> dict[str, int]:
    """An entry of a register, with all that is kept of it."""
    File.objects.create(kind="equipment", area=place, name="一.csv", sha256="0" * 64, held_on=today(), by=by)
    entry = Body.objects.create(kind="equipment", area=place, name="演示")
    Statement.objects.create(entry=entry, area=place, name="演示", held_from=today(), known_from=timezone.now())
    Member.objects.create(entry=entry, role="keeper", name="演示人", since=today(), known_from=timezone.now())
    count = Stocktake.objects.create(kind="equipment", area=place, by=by)
    Counted.objects.create(stocktake=count, entry=entry)
    return {"entry_id": entry.pk, "stocktake_id": count.pk}


def _a_form(place: int, by: User) -> dict[str, int]:
    """A form, one sending of it and what came back."""
    unit, now = situations.unit_of("civil_affairs", place), today()
    form = Form.objects.create(code=f"B{place}", area=place, unit=unit)
    edition = Edition.objects.create(
        form=form, number=1, title="演示", period="once", shape="sheet", sheet={"columns": {}}, marks=[], since=now
    )
    Workbook.objects.create(edition=edition, sealed=b"1")
    Merging.objects.create(edition=edition, other=form, what="proposed", by=by)
    issue = Issue.objects.create(
        edition=edition, area=place, unit=unit, places=[place], label="演示", on=now, due=now, until=now, by=by
    )
    given = Return.objects.create(issue=issue, area=place, unit=unit, number=f"B{place}-1")
    Answer.objects.create(form=form, column="c1", area=place, sealed=b"1", held_on=now, given=given, by=by)
    return {"edition_id": edition.pk}


def _a_resident(place: int, by: User) -> Ruling:
    """Somebody in the registers, with all that can hang on them."""
    with system_scope("registry"):
        system = System.objects.create(code="police", title="户籍", department="police", area=place)
        System.objects.filter(pk=system.pk).update(title="户籍系统")
        imported = Import.objects.create(
            system=system, area=place, name="一.csv", sha256="0" * 64, held_on=today(), by=by
        )
        Problem.objects.create(imported=imported, row=2, wrong="unnamed")
        Head.objects.create(imported=imported, sealed=b"1")
        one, other = (Person.objects.create(area=place, name="演示人") for _again in range(2))
        first, second = (
            Record.objects.create(
                person=person, system=system, imported=imported, row_key=person.pk, digest=1, held_from=today(),
                known_from=timezone.now(), area=place, name="演示人",
            )
            for person in (one, other)
        )  # fmt: skip
        Special.objects.create(record=first, sealed=b"1")
        Pair.objects.create(left=first, right=second, area=place, weight=0)
        Move.objects.create(source=other, target=one, area=place, records=[])
        Conflict.objects.create(person=one, area=place, element="name", open=True)
        Entry.objects.create(record=first, area=place, paper="演示", reason="演示", by=by)
        Question.objects.create(
            record=first, area=place, department="police", element="name", shown={}, reason="演示", by=by
        )
        Link.objects.create(digest=str(place), code="", person=one, area=place, by=by, until=timezone.now())
        Consent.objects.create(
            person=one,
            guardian="演示",
            relation="母亲",
            uses=["export"],
            purpose="演示",
            paper="演示",
            since=today(),
            by=by,
        )
        Hold.objects.create(person=one, area=place, reason="演示", until=today(), by=by)
        Deletion.objects.create(kind="looks", area=place, days=1, rule="演示", before=timezone.now(), counts={})
        contract = Contract.objects.create(
            system=system, area=place, title="演示", elements=[], basis="演示", purpose="演示",
            valid=(today(), today() + dt.timedelta(days=1)), by=by,
        )  # fmt: skip
        sent = Sent.objects.create(contract=contract, area=place, ending="csv")
        Given.objects.create(sent=sent, area=place, persons=[one.pk], span=(one.pk, one.pk + 1))
        Flaw.objects.create(
            person=one, record=first, system=system, area=place, row_key=1, rule="missing", element="sex",
            since=timezone.now(),
        )  # fmt: skip
        return Ruling.objects.create(person=one, element="name", record=first, reason="演示", by=by)
