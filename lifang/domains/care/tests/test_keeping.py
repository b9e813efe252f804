"""Visits in what a resident is told, how long they are kept, and a visit that is due stops a deletion."""

import datetime as dt

from django.utils import timezone

from lifang.blocks.cases.models import Case
from lifang.blocks.privacy import retention
from lifang.blocks.privacy.models import Hold
from lifang.blocks.privacy.statement import stated
from lifang.blocks.registry.models import Person
from lifang.domains.care.models import Contact, Outreach
from lifang.domains.care.outreach import open_due
from lifang.domains.care.tests.situations import Ward, born, row
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope

LONG = dt.timedelta(days=1900)


def known_old(ward: Ward) -> Person:
    ward.knows(row("周建国", born(80)))
    with system_scope("test"):
        return Person.objects.standing().get(name="周建国")


def visited(person: Person) -> None:
    with system_scope("test"):
        Contact.objects.create(
            area=person.area, home=1, kind=Contact.Kind.VISIT, on=today(), met=[person.pk], note="身体好"
        )


def test_a_resident_is_told_of_visits(ward: Ward) -> None:
    person = known_old(ward)
    visited(person)
    with system_scope("test"):
        section = next(one for one in stated(person, whole=False).sections if one.title == "走访和电话")
    assert "身体好" in section.lines[0]


def test_old_visits_go(ward: Ward) -> None:
    visited(known_old(ward))
    assert "visit" not in retention.retain(timezone.now())
    assert retention.retain(timezone.now() + LONG)["visit"] == 1


def test_old_visits_to_somebody_held_stay(ward: Ward) -> None:
    person = known_old(ward)
    visited(person)
    with system_scope("test"):
        until = today() + dt.timedelta(days=9)
        by = User.objects.latest("pk")
        Hold.objects.create(person=person, area=person.area, reason="信访", until=until, by=by)
    assert "visit" not in retention.retain(timezone.now() + LONG)
    with system_scope("test"):
        Hold.objects.update(ended_at=timezone.now())
    assert retention.retain(timezone.now() + LONG)["visit"] == 1


def test_an_open_visit_stops_the_deletion_of_its_person(ward: Ward) -> None:
    person = known_old(ward)
    open_due(timezone.now())
    with system_scope("test"):
        assert Outreach.objects.filter(person=person).exists()
        Person.objects.update(died_on=today() - dt.timedelta(days=2000))
    assert "person_dead" not in retention.retain(timezone.now())
    with system_scope("test"):
        Case.objects.update(is_open=False)
    assert retention.retain(timezone.now())["person_dead"] == 1
    with system_scope("test"):
        assert not Outreach.objects.exists()
        assert Case.objects.exists()
