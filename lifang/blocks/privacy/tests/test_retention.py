"""What is over its time is really deleted, every copy of it, and the night accounts for it."""

import datetime as dt
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models
from django.test import Client
from django.utils import timezone

from lifang.blocks.exchange import contracts
from lifang.blocks.exchange.models import Contract, Flaw, Given, Question
from lifang.blocks.lists.models import Mark, Showing
from lifang.blocks.privacy import retention
from lifang.blocks.privacy.models import Deletion, Hold, Link
from lifang.blocks.registers.models import Entry as Entered
from lifang.blocks.registers.models import Member
from lifang.blocks.registry.imports import files
from lifang.blocks.registry.models import Conflict, Head, Move, Pair, Person, Record, Ruling, Special
from lifang.blocks.registry.tests.situations import HEADS, JULY, LIN_ROW, ZHOU, ZHOU_ROW, Town
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.actions import record
from lifang.ground.trail.models import Entry
from tests.situations import EAST_STREET, a_person

LONG = dt.timedelta(days=1900)
MORE = (*HEADS, "慢性病", "死亡日期")


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return tmp_path / "imports"


@pytest.fixture
def dead(town: Town) -> Person:
    """Somebody of whom two departments told much, who died six years ago; and a neighbour who lives."""
    died = str(today() - dt.timedelta(days=2200))
    town.took("police", [(*ZHOU_ROW, "", died), (*LIN_ROW, "", "")], heads=MORE)
    town.took("health", [(*ZHOU_ROW[:4], "13711112222", *ZHOU_ROW[5:], "高血压", died)], heads=MORE)
    zhou = next(one for one in town.persons() if one.name == "周建国")
    with town.all_places():
        first, second = Record.objects.filter(person=zhou).order_by("pk")
        other = Person.objects.create(area=zhou.area, name="周建国", into=zhou)
        Move.objects.create(
            source=zhou, target=other, area=zhou.area, records=[],
            undoes=Move.objects.create(source=other, target=zhou, area=zhou.area, records=[]),
        )  # fmt: skip
        Pair.objects.get_or_create(left=first, right=second, defaults={"area": zhou.area, "weight": 0})
        Ruling.objects.create(person=zhou, element="phone", record=second, reason="本人说的", by=town.worker)
        Conflict.objects.get_or_create(person=zhou, element="address", defaults={"area": zhou.area, "open": True})
        Hold.objects.create(
            person=zhou, area=zhou.area, reason="旧案", until=today() - dt.timedelta(1), by=town.steward
        )
        Link.objects.create(digest="1", code="", person=zhou, area=zhou.area, by=town.worker, until=timezone.now())
    return zhou


def tonight(after: dt.timedelta = dt.timedelta(0)) -> dict[str, int]:
    return dict(retention.retain(timezone.now() + after))


def rows() -> dict[str, int]:
    with system_scope("test"):
        return {m.__name__: m.objects.count() for m in (Person, Record, Special, Pair, Move, Ruling, Link)}


def test_a_person_long_dead_goes_with_every_copy(town: Town, dead: Person) -> None:
    assert tonight() == {"person_dead": 1}
    assert [person.name for person in town.persons()] == ["林小芳"]
    left = rows()
    assert (left["Person"], left["Record"], left["Special"], left["Pair"], left["Move"], left["Ruling"]) == (
        1, 1, 0, 0, 0, 0,
    )  # fmt: skip
    with system_scope("test"):
        (account,) = Deletion.objects.all()
    assert (account.kind, account.days, account.counts["registry_record"]) == ("person_dead", 1825, 2)
    assert account.counts["registry_special"] == 1
    assert "个人信息保存期限" in account.rule


def test_no_table_of_any_room_keeps_what_refers_to_a_deleted_person(town: Town, dead: Person) -> None:
    """Every reference to a person or a record, in whatever room, is followed; none is left hanging."""
    tonight()
    with system_scope("test"):
        persons = set(Person.objects.values_list("pk", flat=True))
        records = set(Record.objects.values_list("pk", flat=True))
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, models.ForeignKey) and field.related_model in (Person, Record):
                    found = set(model._base_manager.values_list(field.column, flat=True)) - {None}
                    assert found <= (persons if field.related_model is Person else records), field


def test_who_stood_in_a_register_leaves_no_name_and_no_telephone_there(town: Town, dead: Person) -> None:
    with system_scope("test"):
        entry = Entered.objects.create(kind="owners_committee", area=dead.area, name="业委会")
        about = {"entry": entry, "role": "director", "phone": b"", "since": today(), "known_from": timezone.now()}
        wrong = Member.objects.create(name=dead.name, person=dead, **about)
        lin = Member.objects.create(name="林小芳", replaces=wrong, **about)
    assert tonight() == {"person_dead": 1}
    with system_scope("test"):
        assert list(Member.objects.values_list("pk", "name", "replaces")) == [(lin.pk, "林小芳", None)]
        assert Entered.objects.exists()


def test_a_hold_stops_it_until_its_end(town: Town, dead: Person) -> None:
    client = signed_in(town.steward)
    until = today() + dt.timedelta(days=10)
    address = f"/desk/data/retention/hold/{dead.pk}/"
    assert client.post(address, {"reason": "遗产纠纷", "until": str(until)}).status_code == 302
    assert "遗产纠纷" in client.get("/desk/data/retention/").content.decode()
    assert tonight() == {}
    with system_scope("test"):
        Hold.objects.update(until=today() - dt.timedelta(days=1))
    assert tonight() == {"person_dead": 1}


def test_a_hold_goes_along_with_who_is_merged_however_often(town: Town, dead: Person) -> None:
    with system_scope("test"):
        between = Person.objects.create(area=dead.area, name="周建国", into=dead)
        first = Person.objects.create(area=dead.area, name="周建国", into=between)
        until = today() + dt.timedelta(days=10)
        Hold.objects.create(person=first, area=dead.area, reason="诉讼", until=until, by=town.steward)
    assert tonight() == {}
    with system_scope("test"):
        Hold.objects.update(ended_at=timezone.now())
    assert tonight() == {"person_dead": 1}
    assert [person.name for person in town.persons()] == ["林小芳"]


def test_who_is_held_after_it_was_asked_who_is_due_stays(
    town: Town, dead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = next(kind for kind in retention.KINDS if kind.name == "person_dead")

    def held_meanwhile(ids: Sequence[int]) -> Counter[str]:
        until = today() + dt.timedelta(days=10)
        Hold.objects.create(person=dead, area=dead.area, reason="诉讼", until=until, by=town.steward)
        return kind.go(ids)

    monkeypatch.setattr(retention, "KINDS", [replace(kind, go=held_meanwhile)])
    assert tonight() == {}
    assert "周建国" in [person.name for person in town.persons()]


MERGED = ("周健国", "", "男", "1957-04-01", "13700000003", "长春路99号1栋1单元101室", "东风1社区")


def judged(town: Town, act: str, **given: object) -> Client:
    """Two persons about whom somebody said something; since, other telephones came for both, long ago."""
    town.took("police", [ZHOU_ROW])
    town.took("health", [MERGED])
    one, other = sorted(town.persons(), key=lambda person: person.pk)
    client = signed_in(town.worker)
    client.post("/desk/data/review/merge/", {"a": one.pk, "b": other.pk, "reason": "看过户口本"})
    if act == "apart":
        undo(client)
    town.took("police", [(*ZHOU_ROW[:4], "13811112222", *ZHOU_ROW[5:])], on=JULY)
    town.took("health", [(*MERGED[:4], "13711112222", *MERGED[5:])], on=JULY)
    return client


def undo(client: Client) -> int:
    with system_scope("test"):
        move = Move.objects.filter(undoes=None).latest("pk")
    address = f"/desk/data/review/moves/{move.pk}/undo/"
    return client.post(address, {"reason": "弄错了"}, follow=True).status_code


def test_a_merge_can_be_undone_after_its_records_were_replaced_and_are_over_their_time(town: Town) -> None:
    client = judged(town, "same")
    tonight(LONG)
    assert undo(client) == 200
    assert sorted((person.name, person.birth.year) for person in town.persons()) == [("周健国", 1957), ("周建国", 1956)]


def test_of_a_merge_nothing_of_which_is_left_it_is_said_that_it_cannot_be_undone(town: Town) -> None:
    client = judged(town, "same")
    with system_scope("retention"):
        retention.erase(Record, Move.objects.latest("pk").records)
    assert undo(client) == 422


def test_that_two_are_not_one_outlasts_the_records_by_which_it_was_judged(town: Town) -> None:
    judged(town, "apart")
    tonight(LONG)
    with system_scope("test"):
        assert Pair.objects.filter(state=Pair.State.APART).exists()


def test_a_hold_is_ended_by_hand(town: Town, dead: Person) -> None:
    client = signed_in(town.steward)
    until = str(today() + dt.timedelta(days=10))
    assert client.post(f"/desk/data/retention/hold/{dead.pk}/", {"reason": "", "until": until}).status_code == 422
    client.post(f"/desk/data/retention/hold/{dead.pk}/", {"reason": "遗产纠纷", "until": until})
    with system_scope("test"):
        hold = Hold.objects.in_force().get()
    client.post(f"/desk/data/retention/holds/{hold.pk}/end/")
    assert tonight() == {"person_dead": 1}


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_word_replaced_long_ago_goes_and_the_newest_stays(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    town.took("police", [(*ZHOU_ROW[:4], "13811112222", *ZHOU_ROW[5:])], on=JULY)
    assert tonight() == {}
    assert tonight(LONG).get("record") == 1
    (person,) = town.persons()
    with town.all_places():
        (left,) = Record.objects.filter(person=person)
        assert left.current


def test_what_was_taken_back_goes_and_with_it_the_person_of_whom_nobody_speaks(town: Town) -> None:
    town.undoes(town.took("police", [ZHOU_ROW]))
    assert tonight() == {}
    done = tonight(LONG)
    assert (done["record"] if "record" in done else done["person_gone"]) == 1
    assert rows()["Record"] == 0


def test_a_file_and_its_problems_go_and_the_register_stays(town: Town, folder: Path) -> None:
    imported = town.took("police", [ZHOU_ROW, ("无名", "", "", "", "", "", "")])
    assert (folder / imported.sha256).exists()
    assert tonight(dt.timedelta(days=170)) == {}
    assert tonight(dt.timedelta(days=190))["import_file"] == 1
    assert not (folder / imported.sha256).exists()
    with town.all_places():
        assert not imported.problems.exists()
        assert not Head.objects.exists()
        assert Person.objects.standing().count() == 1
    page = signed_in(town.steward).post(f"/desk/data/imports/{imported.pk}/corrected/", follow=True)
    assert page.status_code == 200


def test_a_file_that_was_sent_again_lately_stays(town: Town, folder: Path) -> None:
    town.took("police", [ZHOU_ROW])
    again = town.sends("police", [ZHOU_ROW])
    with town.all_places():
        type(again).objects.filter(pk=again.pk).update(at=timezone.now() + dt.timedelta(days=100))
    assert "import_file" not in tonight(dt.timedelta(days=190))


def test_a_file_that_is_just_being_received_again_stays(town: Town, folder: Path) -> None:
    imported = town.took("police", [ZHOU_ROW])
    path, old = folder / imported.sha256, timezone.now() - dt.timedelta(days=190)
    content = files.opened(imported.sha256)
    os.utime(path, (old.timestamp(), old.timestamp()))
    with town.all_places():
        type(imported).objects.filter(pk=imported.pk).update(at=old, taken_at=old)
    files.keep(content)
    assert "import_file" not in tonight(dt.timedelta(0))
    os.utime(path, (old.timestamp(), old.timestamp()))
    assert tonight(dt.timedelta(0))["import_file"] == 1


def test_old_looks_go_and_those_at_somebody_held_stay(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    zhou, lin = town.persons()
    with system_scope("test"):
        for person in (zhou, lin):
            record(what="person.read", kind="resident", object_id=person.pk, area=person.area)
        Hold.objects.create(
            person=zhou, area=zhou.area, reason="信访", until=today() + dt.timedelta(days=9), by=town.steward
        )
    tonight(dt.timedelta(days=1200))
    with system_scope("test"):
        assert list(Entry.objects.filter(what="person.read").values_list("object_id", flat=True)) == [str(zhou.pk)]
        assert Entry.objects.filter(what="data.taken").exists()


def test_what_is_kept_for_ever_is_refused_by_the_database(town: Town) -> None:
    with pytest.raises(DatabaseError, match="kept for ever"), system_scope("retention"):
        connection.cursor().execute("SELECT privacy_erase('cases_act', 'id', ARRAY['1'])")


def test_no_table_is_erased_from_that_is_not_named(town: Town) -> None:
    with pytest.raises(DatabaseError, match="kept for ever"), system_scope("retention"):
        connection.cursor().execute("SELECT privacy_erase('access_user', 'id', ARRAY['1'])")
    with system_scope("retention"):
        cursor = connection.cursor()
        cursor.execute("SELECT proacl::text FROM pg_proc WHERE proname IN ('privacy_erase', 'privacy_empty')")
        acls = [acl for (acl,) in cursor.fetchall()]
    assert len(acls) == 2
    assert not any("{=X" in acl or ",=X" in acl for acl in acls)


def test_whatever_refers_to_what_is_erased_may_be_erased_as_well(db: None) -> None:
    """A new table that refers to one of these is named by a new migration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'privacy_erase'")
        erased = set(re.findall(r"'([a-z]+_[a-z]+)'", cursor.fetchone()[0].split("NOT IN")[1].split(")")[0]))
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.related_model._meta.db_table in erased:
                assert model._meta.db_table in erased, field


def test_only_the_nightly_deletion_erases(town: Town) -> None:
    with pytest.raises(DatabaseError, match="only the nightly"), system_scope("registry"):
        connection.cursor().execute("SELECT privacy_erase('registry_move', 'id', ARRAY['1'])")


def test_a_deletion_that_was_killed_accounts_for_what_went(
    town: Town, dead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.undoes(town.took("civil_affairs", [("王一一", "", "男", "1990-01-01", "", "", "东风1社区")]))
    monkeypatch.setattr(retention, "BATCH", 1)
    erased = []

    def killed(ids: list[int]) -> object:
        if erased:
            raise KeyboardInterrupt
        erased.append(ids)
        return retention.erase(Record, ids)

    name, title, due = "record", "", retention.KINDS[1].due
    town.took("police", [(*ZHOU_ROW[:4], "13811112222", *ZHOU_ROW[5:], "", "")], heads=MORE, on=JULY)
    with monkeypatch.context() as once:
        once.setattr(retention, "KINDS", [retention.Kind(name, title, due, killed)])  # type: ignore[arg-type]
        with pytest.raises(KeyboardInterrupt):
            tonight(LONG)
    with system_scope("test"):
        assert sum(one.counts["registry_record"] for one in Deletion.objects.all()) == 1
    tonight(LONG)
    with system_scope("test"):
        assert Deletion.objects.filter(kind="record").count() >= 2


def test_the_steward_sees_what_will_go_when_and_by_which_rule(town: Town, dead: Person) -> None:
    client = signed_in(town.steward)
    page = client.get("/desk/data/retention/")
    row = next(row for row in page.context["rows"] if row.kind.name == "person_dead")
    assert (row.counts[0], row.rule.value) == ((1, True), 1825)
    assert "周建国" in page.content.decode()
    assert "永久" in page.content.decode()
    assert ZHOU not in page.content.decode()
    tonight()
    again = client.get("/desk/data/retention/").content.decode()
    assert "周建国" not in again
    assert "去世居民的全部资料" in again
    assert signed_in(town.worker).get("/desk/data/retention/").status_code == 404
    assert signed_in(a_person("data_steward", EAST_STREET)).get("/desk/data/retention/").status_code == 200


def test_traces_marks_questions_flaws_and_deliveries_go_after_their_own_time(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    lin, zhou = sorted(town.persons(), key=lambda one: one.name == "周建国")
    now = timezone.now()
    with system_scope("test"):
        said = Record.objects.get(person=zhou)
        question = {
            "record": said, "area": zhou.area, "department": "police", "shown": {}, "reason": "换了号", "by": town.worker,
        }  # fmt: skip
        Question.objects.create(**question, element="phone", state="accepted", answered_at=now)
        mark = {"see": "person.read", "by": town.worker}
        Mark.objects.create(**mark, person=zhou, care_list="living_alone", until=today())
        Mark.objects.create(**mark, person=zhou, care_list="empty_nest", until=today() + dt.timedelta(days=2000))
        Mark.objects.create(**mark, person=lin, care_list="living_alone", until=today())
        flaw = {"person": zhou, "record": said, "system": said.system, "area": zhou.area, "row_key": 1, "since": now}
        Flaw.objects.create(**flaw, rule="missing", element="sex", ended_at=now)
        Flaw.objects.create(**flaw, rule="missing", element="birth")
        contract = Contract.objects.create(
            system=town.systems["health"], area=zhou.area, title="养老", elements=["name"], basis="协议", purpose="助老",
            valid=(today(), today() + dt.timedelta(days=9)), by=town.steward,
        )  # fmt: skip
        contracts.fetched(contract, [lin, zhou], town.worker)
        for person in (lin, zhou):
            Showing.objects.create(what="export", area=zhou.area, persons=[person.pk], by=town.worker)
        Hold.objects.create(person=lin, area=lin.area, reason="案件", until=today(), by=town.steward)
    gone = [tonight(dt.timedelta(days=days)).keys() for days in (700, 740, 1090, 1100, 1830)]
    assert [sorted(night & {"flaw", "sent", "mark", "showing", "question"}) for night in gone] == [
        [], ["flaw"], [], ["mark", "sent", "showing"], ["question"],
    ]  # fmt: skip
    with system_scope("test"):
        assert Flaw.objects.get().element == "birth", "what is not mended yet stays"
        assert {one.care_list for one in Mark.objects.filter(person=zhou)} == {"empty_nest"}
        assert Mark.objects.filter(person=lin).exists(), "who is held keeps what is theirs"
        assert [one.persons for one in Showing.objects.all()] == [[lin.pk]]
        assert not Given.objects.exists()
        assert Contract.objects.exists()
        assert Deletion.objects.get(kind="sent").counts == {"exchange_sent": 1, "exchange_given": 1}


def test_what_is_due_in_a_large_table_is_an_estimate_and_says_so(
    town: Town, dead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "COUNTED", -2)
    page = signed_in(town.steward).get("/desk/data/retention/")
    counts = {row.kind.name: row.counts[0] for row in page.context["rows"]}
    assert counts["import_file"] == (0, True)
    assert all(not counted for name, (_n, counted) in counts.items() if name != "import_file")
    assert "不逐条数，由数据库估算" in page.content.decode()
    assert "周建国" in page.content.decode(), "persons are named one by one all the same"
