"""A served city in which the address of every page leads to something, and the people who may open it."""

import datetime as dt
import io
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image
from procrastinate.contrib.django import app

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Case, Photo
from lifang.blocks.dwellings.actions import lay_out
from lifang.blocks.dwellings.models import Dwelling
from lifang.blocks.dwellings.plans import drawn
from lifang.blocks.exchange.contracts import make
from lifang.blocks.exchange.models import Contract, Sent
from lifang.blocks.exchange.questions import ask
from lifang.blocks.forms import service as forms
from lifang.blocks.forms.tests.situations import a_roster
from lifang.blocks.indicators.models import Finding
from lifang.blocks.lists.models import Mark, SavedList
from lifang.blocks.packs import service as packs
from lifang.blocks.privacy.disclosing import give_link
from lifang.blocks.privacy.models import Consent, Hold
from lifang.blocks.registers.actions import change
from lifang.blocks.registers.counting import begin
from lifang.blocks.registers.files import take
from lifang.blocks.registers.models import Member, Statement
from lifang.blocks.registry.imports import actions
from lifang.blocks.registry.models import Conflict, Import, Move, Pair, Person, Record, System
from lifang.domains.care.models import Outreach
from lifang.domains.certificates import checking
from lifang.domains.certificates.checking import Found
from lifang.domains.certificates.models import Certificate, Letter, Printing
from lifang.domains.certificates.service import Asked, answer_unlisted
from lifang.domains.certificates.service import ask as ask_for_certificate
from lifang.domains.counter import roster
from lifang.domains.counter.actions import Form, Visitor
from lifang.domains.counter.actions import begin as begin_service
from lifang.domains.experts.actions import ask_expert, list_expert
from lifang.domains.experts.models import Expert
from lifang.domains.gate import money
from lifang.domains.gate.applying import Application, apply_for
from lifang.domains.gate.models import Opinion
from lifang.domains.gate.tests.situations import actor, admitted, lawful_task, sent
from lifang.domains.grid.tests.situations import (
    PEOPLE,
    City,
    build_city,
    reported,
    to_closed,
    to_dispatched,
    to_handling,
)
from lifang.domains.guidance import actions as guidance
from lifang.domains.guidance.actions import Draft
from lifang.domains.guidance.models import Article
from lifang.domains.meter import cleaning
from lifang.domains.meter.rounds import plan
from lifang.faces.api.actions import give_token
from lifang.faces.api.models import Delivery, Subscription
from lifang.ground.access.models import Grant, Unit, User
from lifang.ground.access.ranges import today
from lifang.ground.access.routes import Route, routes
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.actions import rename
from lifang.ground.areas.rewriting import Basis
from lifang.ground.files import store
from lifang.ground.notices.actions import tell
from lifang.ground.notices.models import Notice
from tests.passing import passed
from tests.situations import CITY, EAST, EAST_COMMUNITY, EAST_COMMUNITY_2, EAST_GRID, EAST_STREET, a_person, unit_of

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
IN_THE_FORM = {
    "/desk/events/<str:number>/contact/": {"place": "0", "purpose": "回访"},
    "/desk/persons/<int:pk>/guarded/": {"value": "health", "purpose": "上门走访"},
    "/desk/persons/<int:pk>/disclose/": {"asked_by": "本人", "paper": "户口簿", "reason": "要更正"},
}
IN_THE_ADDRESS = {
    "/desk/matters/export/": "pack=national&catalogue=community_work&from=2020-01-01",
    "/desk/figures/cases": "measure=reported",
    "/desk/care/assign/": f"area={EAST_COMMUNITY}",
    "/desk/money/promise/": f"area={EAST_COMMUNITY}",
    "/desk/figures/explain": "name=reported",
    "/desk/figures/export": "measure=reported",
}

# Who handles the thing itself, where holding the function is not enough.
HANDLES = {
    "/desk/counter/cases/<str:number>/whole/": "community_worker",
    "/desk/gate/sendings/<str:number>/withdraw/": "street_desk",
}


@dataclass
class Served:
    """`people`: one person a role. `things`: by route, the arguments that lead to something."""

    people: dict[str, User]
    things: dict[str, dict[str, Any]]

    def address(self, route: Route) -> str:
        given = self.things.get(route.address, {})
        address = ARGUMENT.sub(lambda found: quote(str(given[found[1]])), route.address)
        return f"{address}?{query}" if (query := IN_THE_ADDRESS.get(route.address)) else address

    def right_person(self, route: Route) -> str | None:
        """A role that holds the route's function; None where no account is asked for."""
        if route.free or route.function is None:
            return None
        if route.address in HANDLES:
            return HANDLES[route.address]
        return next(role for role in ORDER if route.function in packs.roles()[role].functions)

    def client(self, role: str | None) -> Client:
        client = Client(raise_request_exception=False)
        if role:
            client.force_login(self.people[role])
        return client


# Whoever holds a function at the widest place comes first.
ORDER = (
    "dispatcher", "supervisor", "administrator", "auditor", "area_editor", "data_steward", "caller", "arbiter",
    "street_desk", "community_worker", "grid_worker", "dept_officer",
    "expert", "department_contact", "street_bookkeeper",
)  # fmt: skip


def pages() -> Iterator[Route]:
    """Addresses of pages with named arguments: neither operations of the API nor regular expressions."""
    return (route for route in routes() if route.method == "page" and "(?P" not in route.address)


def a_served_city() -> Served:
    city = build_city()
    now = timezone.now()
    people = {PEOPLE[name][0]: user for name, user in reversed(city.people.items())}
    people["area_editor"] = a_person("area_editor", CITY)
    mine = reported(now - dt.timedelta(hours=3), phone="13800000000", name="王芳", photos=[_picture()])
    to_handling(city, at=now - dt.timedelta(days=2))
    to_dispatched(city, at=now - dt.timedelta(days=3))
    to_closed(city, at=now - dt.timedelta(days=4))
    task = lawful_task(city.people["street"], EAST_STREET).case
    admin = city.people["admin"]
    with scope_of(admin, "api.manage"):
        token, _secret = give_token(
            by=admin, user=admin, name="t", purpose="t", functions=["area.read"], area=CITY, days=2
        )
        hook = Subscription.objects.create(
            url="https://example.org/", topics=["*"], area=CITY, secret=b"", purpose="t", user=admin, made_by=admin
        )
    with system_scope("test"):
        photo = Photo.objects.get(case=mine.case)
        delivery = Delivery.objects.create(
            id=uuid.uuid4(), subscription=hook, area=CITY, event="event.accept", payload={}, state="failed"
        )
        tell(people=people.values(), title="有一件事", url="/desk/")
        notice = Notice.objects.get(user=people["dispatcher"])
        spare = a_person("grid_worker", EAST_GRID)
        grant = Grant.objects.get(user=spare)
    with system_scope("figures"):
        finding = Finding.objects.create(
            area=EAST_GRID, cell=7, category=mine.case.category, cases=[mine.case.number], first_at=now, last_at=now
        )
    with scope_of(people["area_editor"], "area.edit"):
        change = rename(
            code=EAST_COMMUNITY_2,
            name="新风社区",
            basis=Basis(on=today(), document_title="批复"),
            by=people["area_editor"],
        )
    job = app.configure_task("cases.absent", queue="push").defer()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job])
    people["expert"] = a_person("expert", EAST)
    expert, question = _asked(city, people["expert"], mine.case)
    people["data_steward"] = a_person("data_steward", EAST)
    people["department_contact"] = a_person("department_contact", EAST, unit_of("police", EAST))
    imported = _taken(people["data_steward"])
    application, opinion = _applied_for(city)
    number, link = mine.case.number, mine.token
    place, person = {"code": EAST_COMMUNITY}, {"pk": spare.pk}
    things: dict[str, dict[str, Any]] = {
        "/accounts/2fa/webauthn/keys/<int:pk>/edit/": {"pk": 1},
        "/accounts/2fa/webauthn/keys/<int:pk>/remove/": {"pk": 1},
        "/desk/admin/grants/<int:pk>/end/": {"pk": grant.pk},
        "/desk/admin/jobs/<int:pk>/retry/": {"pk": job},
        "/desk/admin/units/<int:pk>/": {"pk": city.unit("urban")},
        "/desk/data/elements/codes/<str:name>/": {"name": "nation"},
        "/desk/events/<str:number>/photos/<int:pk>/": {"number": number, "pk": photo.pk},
        "/desk/experts/<int:pk>/edit/": {"pk": expert.pk},
        "/desk/experts/<int:pk>/phone/": {"pk": expert.pk},
        "/desk/experts/asked/<str:number>/": {"number": question.number},
        "/desk/figures/findings/<int:pk>": {"pk": finding.pk},
        "/desk/matters/<slug:name>/": {"name": "law_mediation"},
        **_guided(city),
        "/desk/gate/admissions/<str:number>/": {"number": application.number},
        "/desk/gate/hearings/<int:pk>/": {"pk": opinion.pk},
        "/desk/gate/sendings/<str:number>/": {"number": task.sending.number},
        "/desk/gate/sendings/<str:number>/withdraw/": {"number": task.sending.number},
        "/desk/gate/sendings/<str:number>/letter/": {"number": sent(city.people["urban"], title="拆违月报").number},
        "/desk/notices/<int:pk>/open/": {"pk": notice.pk},
        "/desk/packs/cases/<str:name>/": {"name": "event"},
        "/desk/packs/categories/<str:code>/": {"code": mine.case.category},
        "/desk/packs/documents/<str:pack>/<str:name>/": {"pack": "national", "name": "event_flow"},
        "/desk/places/changes/<int:pk>/undo/": {"pk": change.pk},
        "/desk/tasks/<str:number>/": {"number": task.number},
        "/desk/tokens/<int:pk>/revoke/": {"pk": token.pk},
        "/desk/webhooks/<int:pk>/": {"pk": hook.pk},
        "/desk/webhooks/<int:pk>/end/": {"pk": hook.pk},
        "/desk/webhooks/again/<uuid:pk>/": {"pk": delivery.pk},
        "/field/cases/<str:number>/photos/<int:pk>": {"number": number, "pk": photo.pk},
        "/t/<str:token>/photos/<int:photo_id>": {"token": link, "photo_id": photo.pk},
    }
    systems, imports = {"pk": imported.system_id}, {"pk": imported.pk}
    with system_scope("test"):
        resident = {"pk": Person.objects.get(name="演示人").pk}
        things |= _doubted(imported.system)
        hold = Hold.objects.create(
            person_id=resident["pk"], area=EAST_COMMUNITY, reason="信访", until=today(), by=people["data_steward"]
        )
        things["/desk/data/retention/holds/<int:pk>/end/"] = {"pk": hold.pk}
        things["/desk/data/retention/hold/<int:pk>/"] = resident
        things |= _asked_back(people["data_steward"], resident["pk"])
        # Of all here, for the import of one of them is taken back on the way.
        Record.objects.update(home="永宁路12-3-2-501")
        Person.objects.update(home="永宁路12-3-2-501")
        Outreach.objects.create(
            case=mine.case, person_id=resident["pk"], rule="reaches_age", occasion="80", area=mine.case.area
        )
        mark = Mark.objects.create(
            person_id=resident["pk"], care_list="other_care", see="person.read", reason=b"", until=dt.date(2999, 1, 1),
            by=people["dispatcher"],
        )  # fmt: skip
        consent = Consent.objects.create(
            person_id=resident["pk"], guardian="何某", relation="母亲", uses=["export"], purpose="慰问", paper="同意书",
            since=today(), by=people["dispatcher"],
        )  # fmt: skip
        kept = SavedList.objects.create(name="名单", query={"sex": "1"}, user=people["data_steward"])
    things |= {
        "/desk/persons/care/<str:name>/": {"name": "aged_80"},
        "/desk/persons/care/marks/<int:pk>/answer/": {"pk": mark.pk},
        "/desk/persons/care/marks/<int:pk>/end/": {"pk": mark.pk},
        "/desk/persons/saved/<int:pk>/remove/": {"pk": kept.pk},
        "/desk/persons/consent/<int:pk>/withdraw/": {"pk": consent.pk},
    }
    with scope_of(city.people["worker"], "person.disclose"):
        _link, own, _code = give_link(
            person=Person.objects.get(**resident), by=city.people["worker"], whole=False, asked_by="本人",
            paper="户口簿", reason="要更正", note="",
        )  # fmt: skip
    things["/mine/<str:token>/"] = {"token": own}
    things["/desk/care/households/<int:pk>/"] = resident
    things |= _certified(city, resident["pk"])
    things |= _laid_out(people["data_steward"])
    things |= _registered(people["community_worker"])
    things |= _form_sent(city.people["street"])
    people["street_bookkeeper"] = a_person("street_bookkeeper", EAST_STREET)
    things |= _paid(people["street_bookkeeper"])
    things |= _at_the_counter(people["community_worker"])
    things |= _measured(city)
    for route in pages():
        if "at" in route.arguments:
            things[route.address] = {"at": "永宁路12-3", "community": EAST_COMMUNITY}
        elif route.address.startswith("/desk/persons/") and route.arguments:
            things.setdefault(route.address, resident)
        if route.address.startswith(("/desk/data/systems/", "/desk/data/imports/")) and route.arguments:
            things[route.address] = systems if "/systems/" in route.address else imports
        if route.arguments and route.address not in things:
            things[route.address] = (
                place if "code" in route.arguments else {"number": number} if "number" in route.arguments
                else {"token": link} if "token" in route.arguments else person
            )  # fmt: skip
    return Served(people, things)


def _measured(city: City) -> dict[str, dict[str, Any]]:
    """Something in the calendar, an approval that is asked for, and a round of supervision."""
    officer, watch = city.people["urban"], a_person("supervisor", CITY)
    code = admitted(Unit.objects.get(pk=officer.unit_id), sends=["meeting"]).code
    meeting = sent(officer, kind="meeting", title="拆违会", matter=code)
    with scope_of(officer, "gate.send"):
        approval = cleaning.ask(
            actor=actor(officer), what="appraisal", area=EAST, words="年终考评", basis="某文件", key=uuid.uuid4()
        )
    with scope_of(watch, "meter.supervise"):
        drawn = plan(actor=actor(watch), area=EAST, key=uuid.uuid4())
    with system_scope("test"):
        one, reach = {"pk": meeting.occasion.pk}, {"pk": meeting.reaches.get(area=EAST_COMMUNITY).pk}
    return {
        **{f"/desk/meter/calendar/<int:pk>/{end}": one for end in ("", "held/", "merge/")},
        **{f"/desk/gate/asked/<int:pk>/{end}": reach for end in ("", "answer/")},
        "/desk/meter/approvals/<str:number>/": {"number": approval.number},
        "/desk/meter/rounds/<str:number>/": {"number": drawn.number},
    }


def _form_sent(officer: User) -> dict[str, dict[str, Any]]:
    """A form of the street's, sent to a community."""
    with scope_of(officer, "form.make"):
        assert officer.unit
        made = forms.make(unit=officer.unit, sheet=a_roster(), by=officer)
        number = passed(officer.unit, [EAST_COMMUNITY])
        sent = forms.issue(edition=made, places=[EAST_COMMUNITY], due=today(), by=officer, sending=number)
    with system_scope("test"):
        back = {"pk": sent.returns.get().pk}
    pages_ = ("", "columns/", "merge/", "send/", "end/", "layout/")
    things: dict[str, dict[str, Any]] = {f"/desk/forms/<int:pk>/{last}": {"pk": made.form_id} for last in pages_}
    things |= {f"/desk/forms/sent/<int:pk>/{last}": {"pk": sent.pk} for last in ("", "lock/", "sheet/")}
    things |= {f"/desk/forms/asked/<int:pk>/{last}": back for last in ("", "correct/", "print/", "sheet/")}
    things["/desk/forms/take/<slug:name>/"] = {"name": "elder_roster"}
    return things | {"/desk/forms/returned/<int:pk>/": back}


def _guided(city: City) -> dict[str, dict[str, Any]]:
    """A draft, a published article and one that waits to be checked."""
    writer, checker = city.people["street"], city.people["dispatcher"]
    told = Draft(kind="practice", title="楼道议事长", text="每月碰头。", matters=["law_deliberation"])
    draft, waiting, published = (_written(writer, told) for _again in range(3))
    with scope_of(writer, "guide.write"):
        for one in (waiting, published):
            guidance.send(article=one, by=writer)
    with scope_of(checker, "guide.check"):
        guidance.publish(article=published, by=checker, looked=True)
    return {
        "/desk/guide/<int:pk>/": {"pk": published.pk},
        "/desk/guide/<int:pk>/adopt/": {"pk": published.pk},
        "/desk/guide/work/<int:pk>/": {"pk": published.pk},
        "/desk/guide/work/<int:pk>/edit/": {"pk": draft.pk},
        "/desk/guide/work/<int:pk>/send/": {"pk": draft.pk},
        "/desk/guide/work/<int:pk>/check/": {"pk": waiting.pk},
    }


def _written(by: User, told: Draft) -> Article:
    with scope_of(by, "guide.write"):
        return guidance.write(by=by, area=EAST_STREET, draft=told)


def _applied_for(city: City) -> tuple[Case, Opinion]:
    """An application of the urban department's, about which a community is asked."""
    wanted = Application(
        title="门前三包月报", why="", basis="某条例", responsible="", people="", training="", payer="urban_management",
        amount=Decimal(100), paid_on=None, hours=Decimal(2), power="", period="monthly", since=today() + dt.timedelta(days=99),
        until=None, sends=("form",), elements=(), known="",
    )  # fmt: skip
    with scope_of(city.people["urban"], "admission.ask"):
        case = apply_for(actor=city.actor("urban"), area=EAST, wanted=wanted, key=uuid.uuid4())
    with system_scope("test"):
        Case.objects.filter(pk=case.pk).update(state="hearing")
        return case, Opinion.objects.create(case=case, area=EAST_COMMUNITY, due=today())


def _asked(city: City, user: User, case: Case) -> tuple[Expert, Case]:
    """An expert with an account, and a question to them about a case."""
    with scope_of(city.people["street"], "expert.manage"):
        expert = list_expert(
            expert=None, name="张三", fields=["01"], employer="某律师事务所", note="", area=EAST_STREET, since=today(),
            until=None, phone="13800000000", username=user.username,
        )  # fmt: skip
    with scope_of(city.people["street"], "expert.ask"):
        question = ask_expert(
            actor=city.actor("street"), case_id=case.pk, expert_id=expert.pk, field="01", question="怎么办？",
            due=today() + dt.timedelta(days=3), key=uuid.uuid4(),
        )  # fmt: skip
    return expert, question


def _taken(steward: User) -> Import:
    """A file of the police's that is in the registers, with one row that nobody can be known by."""
    with system_scope("registry"):
        system = System.objects.create(code="police", title="户籍", department="police", area=EAST)
        content = "姓名,性别,出生日期,联系电话,社区\n演示人,男,1980-01-01,13800000000,东风1社区\n无名,,,,\n".encode()
        imported = actions.receive(
            system=system, content=content, name="户籍.csv", held_on=today(), area=EAST, complete=False, by=steward
        )
        actions.confirm(imported=imported, columns=imported.columns)
        actions.check(imported.pk)
        actions.begin_taking(imported=Import.objects.get(pk=imported.pk))
        actions.take(imported.pk)
        return Import.objects.get(pk=imported.pk)


def _certified(city: City, resident: int) -> dict[str, dict[str, Any]]:
    """A certificate that was issued, and one that was refused with a letter."""
    worker, actor = city.people["worker"], city.actor("worker")
    asked = Asked(area=EAST_COMMUNITY, channel="counter", purpose="加装电梯", kind="certify_neighbour", person=resident)
    found = {
        "name": Found("register"), "address": Found("visit", "永宁路12号", "网格员今天去看"),
        "subject": Found("paper", "加装电梯", "申请书"), "opinions": Found("visit", "都同意", "网格员今天去看"),
    }  # fmt: skip
    with scope_of(worker, "certificate.check"):
        made = ask_for_certificate(asked=asked, actor=actor)
        checking.note_facts(certificate=made, found=found, by=worker)
        apply(case_id=made.pk, act="check", version=1, actor=actor)
        unlisted = replace(asked, kind="refuse_alive", body="某单位", person=None)
        refused = answer_unlisted(asked=unlisted, actor=actor)
        Letter.objects.filter(certificate=refused).update(unit=city.people["street"].unit)
    with scope_of(worker, "certificate.issue"):
        apply(case_id=made.pk, act="issue", version=2, actor=actor, data={"copies": 1})
        made = Certificate.objects.get(pk=made.pk)
        printing = Printing.objects.get(certificate=made)
    return {
        "/desk/certificates/<str:number>/": {"number": made.number},
        "/desk/certificates/<str:number>/papers/<int:pk>/": {"number": made.number, "pk": printing.pk},
        "/desk/certificates/<str:number>/slip/": {"number": refused.number},
        "/desk/certificates/<str:number>/letter/": {"number": refused.number},
        "/desk/certificates/letters/<int:pk>/": {"pk": refused.pk},
        "/desk/certificates/kinds/<slug:name>/form/": {"name": "certify_residence"},
        "/v/<str:code>/": {"code": made.code},
    }


def _laid_out(steward: User) -> dict[str, dict[str, Any]]:
    """A building with its flats, in which nobody lives."""
    plan = drawn(area=EAST_GRID, at="永宁路20-1", name="", use="1", entrances=2, floors=6, each=2, otherwise="")
    with scope_of(steward, "dwelling.manage"):
        filing = lay_out(plans=[plan], area=EAST_GRID, held_on=today(), source="上门核对", by=steward)
        flat = Dwelling.objects.earliest("pk")
    return {"/desk/dwellings/filings/<int:pk>/": {"pk": filing.pk}, "/desk/dwellings/flats/<int:pk>/": {"pk": flat.pk}}


def _at_the_counter(worker: User) -> dict[str, dict[str, Any]]:
    """Something that was applied for, somebody on the roster, and an appointment."""
    with scope_of(worker, "counter.serve"):
        voice = begin_service(
            name="birth", area=EAST_COMMUNITY, visitor=Visitor("演示人"), form=Form({"children": "1"}), channel="counter",
            way="desk", actor=Actor(worker.pk, worker.name, worker.unit_id), key=uuid.uuid4(),
        )  # fmt: skip
        tomorrow = timezone.localtime() + dt.timedelta(days=1)
        shift = roster.put(
            area=EAST_COMMUNITY, day=tomorrow.date(), since=dt.time(0), until=dt.time.max, window=1, worker=worker, line="",
            by=worker,
        )  # fmt: skip
        booked = roster.book(
            area=EAST_COMMUNITY, at=tomorrow, way="house_call", service="birth",
            name="演示人", phone="13800000000", address="永宁路12号", key=uuid.uuid4(), by=worker,
        )  # fmt: skip
    number, link = {"number": voice.case.number}, {"token": voice.token}
    found: dict[str, dict[str, Any]] = {
        route.address: number for route in pages() if route.address.startswith("/desk/counter/cases/<str:number>")
    }
    found |= {route.address: link for route in pages() if route.address.startswith("/services/r/")}
    found |= {
        route.address: {"name": "birth"} for route in pages() if route.address.startswith("/services/<slug:name>")
    }
    return found | {
        "/desk/counter/new/<slug:name>/": {"name": "birth"},
        "/desk/counter/roster/<int:pk>/off/": {"pk": shift.pk},
        "/desk/counter/appointments/<int:pk>/": {"pk": booked.pk},
        "/services/screen/<int:area>/": {"area": EAST_COMMUNITY},
    }


def _registered(worker: User) -> dict[str, dict[str, Any]]:
    """A thing in a register with its keeper, a stock-take of it, and the file that it came with."""
    with system_scope("test"):
        file = take(
            kind="equipment", content="品类,社区,状态,保管人,电话\n计算机,东风1社区,在用,演示人,13800000000\n".encode(), name="设备.csv",
            area=EAST, held_on=today(), by=worker,
        )  # fmt: skip
        member = Member.objects.get(file=file)
        taken = begin(kind="equipment", area=EAST_COMMUNITY, by=worker)
        coming = change(
            entry=member.entry, shape=packs.register_kinds(EAST)["equipment"], area=EAST_COMMUNITY, name="计算机",
            facts=Statement.objects.get(entry=member.entry).facts, held_from=today() + dt.timedelta(days=9), reason="调走",
            by=worker,
        )  # fmt: skip
    found = {
        "/desk/registers/counts/<int:pk>/": {"pk": taken.pk},
        "/desk/registers/said/<int:pk>/cancel/": {"pk": coming.pk},
        "/desk/registers/files/<int:pk>/undo/": {"pk": file.pk},
    }
    for route in pages():
        if route.address.startswith("/desk/registers/kinds/"):
            found[route.address] = {"name": "women_station" if "coverage" in route.address else "equipment"}
        elif route.address.startswith("/desk/registers/people/"):
            found[route.address] = {"pk": member.pk}
        elif route.address.startswith("/desk/registers/<int:pk>/"):
            found[route.address] = {"pk": member.entry_id}
    return found


def _paid(keeper: User) -> dict[str, dict[str, Any]]:
    """Money that was promised and has not come; a month that can be closed."""
    name, payer = "assist_elder_visit", unit_of("civil_affairs", EAST)
    with scope_of(keeper, "ledger.enter"):
        [entry] = money.promise(
            matter=name, areas=[EAST_COMMUNITY], payer=payer.pk, amount=Decimal(100), due_on=today(), day=today(),
            words="巡访经费", paper="函", by=keeper, key="real",
        )  # fmt: skip
    found = {}
    for route in pages():
        if route.address.startswith("/desk/money/entries/"):
            found[route.address] = {"pk": entry}
        elif route.address.startswith("/desk/money/") and route.arguments:
            found[route.address] = {
                "area": EAST_COMMUNITY, "name": name, "unit": payer.pk, "pk": payer.pk, "month": "2026-01",
            }  # fmt: skip
    return found


def _doubted(system: System) -> dict[str, dict[str, Any]]:
    """Two who may be one person, with what departments and people said of that."""
    first, second = (
        Record.objects.create(
            person=Person.objects.create(area=EAST_COMMUNITY, name="何人", records=1), system=system, row_key=row, digest=1,
            held_from=today(), known_from=timezone.now(), area=EAST_COMMUNITY, name="何人",
        )
        for row in (1, 2)
    )  # fmt: skip
    pair = Pair.objects.create(left=first, right=second, area=EAST_COMMUNITY, weight=0)
    move = Move.objects.create(source=second.person, target=first.person, area=EAST_COMMUNITY, records=[])
    conflict = Conflict.objects.create(person=first.person, area=EAST_COMMUNITY, element="name", open=True)
    return {
        "/desk/data/review/<int:pk>/": {"pk": pair.pk},
        "/desk/data/review/conflicts/<int:pk>/": {"pk": conflict.pk},
        "/desk/data/review/moves/<int:pk>/undo/": {"pk": move.pk},
        "/desk/data/review/split/<int:pk>/": {"pk": first.person_id},
    }


def _asked_back(by: User, resident: int) -> dict[str, dict[str, Any]]:
    """The police are asked to correct somebody's date of birth, and are given names under a contract."""
    about = Record.objects.select_related("system", "person").get(person=resident)
    question = ask(about=about, element="birth", ours="1980-02-01", reason="看过户口簿", by=by)
    contract = Contract.objects.create(
        system=about.system, area=EAST, title="给应用的", elements=["name"], basis="协议", purpose="服务",
        valid=(today(), today() + dt.timedelta(days=9)), by=by,
    )  # fmt: skip
    sent = Sent.objects.create(contract=contract, area=EAST, ending="csv", by=by)
    make(sent.pk)
    return {
        "/desk/data/exchange/<int:pk>/": {"pk": contract.pk},
        "/desk/data/exchange/<int:pk>/order/": {"pk": contract.pk},
        "/desk/data/exchange/<int:pk>/end/": {"pk": contract.pk},
        "/desk/data/exchange/sent/<int:pk>/": {"pk": sent.pk},
        "/desk/data/exchange/sent/<int:pk>/again/": {"pk": sent.pk},
        "/desk/data/questions/<int:pk>/answer/": {"pk": question.pk},
        "/desk/questions/<int:pk>/answer/": {"pk": question.pk},
        "/desk/data/quality/<int:pk>/sheet/": {"pk": about.system_id},
        "/desk/data/returned/<int:pk>/<slug:element>/": {"pk": about.system_id, "element": "birth"},
    }


def _picture() -> store.Kept:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return store.keep(SimpleUploadedFile("a.jpg", out.getvalue()))
