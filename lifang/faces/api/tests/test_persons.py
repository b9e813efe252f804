"""Other systems fetch persons under a contract, and departments send records, through the API."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from lifang.blocks.exchange import coming, contracts
from lifang.blocks.exchange.models import Contract, Sent
from lifang.blocks.exchange.tests.situations import corrects, person_named, types
from lifang.blocks.privacy.models import Consent
from lifang.blocks.privacy.retention import retain
from lifang.blocks.registry import judging, queries
from lifang.blocks.registry.imports import actions
from lifang.blocks.registry.models import Import, Record, Ruling, System
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import HEADS, JULY, LIN, LIN_ROW, ZHOU, ZHOU_ROW, Town, a_town
from lifang.faces.api.tests.test_api import Caller, a_token, an_account
from lifang.ground.access.models import Grant, Role, User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.trail.models import Entry
from tests.situations import EAST, EAST_COMMUNITY, EAST_STREET, WEST, WEST_STREET, unit_of

pytestmark = pytest.mark.django_db
ROW = {"name": "周建国", "number": ZHOU, "birth": "1956-02-29", "phone": "13800010001", "place": "东风1社区"}


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    return a_town()


def a_contract(town: Town, account: User | None = None, **more: Any) -> Contract:
    given: dict[str, Any] = {
        "system": town.systems["health"], "area": EAST_STREET, "title": "给养老应用", "basis": "共享协议〔2026〕1号",
        "elements": ["name", "birth", "phone"], "purpose": "助老", "account": account, "by": town.steward,
        "valid": (today(), today() + dt.timedelta(days=30)),
    }  # fmt: skip
    with town.all_places():
        return Contract.objects.create(**{**given, **more})


def an_app(town: Town, **contract: Any) -> Caller:
    account = an_account("grid_worker", EAST_STREET)
    a_contract(town, account, **contract)
    return Caller(a_token(account, ["person.read"], EAST_STREET))


def a_sender(area: int = EAST_STREET, department: str = "police", at: int = EAST) -> Caller:
    return Caller(a_token(an_account("data_steward", area, unit_of(department, at)), ["data.import"], area))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sends(caller: Caller, *rows: dict[str, str], key: str = "2026-07", **more: Any) -> Any:
    return caller.post("records", {"system": "police", "held_on": "2026-07-01", "rows": rows, **more}, key)


def worked(imported: int) -> Import:
    """What the jobs do, one after the other."""
    with system_scope("registry"):
        actions.check(imported)
        coming.go_on(imported)
        actions.take(imported)
        return Import.objects.get(pk=imported)


def test_a_resident_entered_at_the_desk_is_found_by_two_apps_under_one_id(town: Town) -> None:
    """proves: S327"""
    assert types(town).status_code == 302
    mine = person_named(town, "何梅").pk
    elders = an_app(town, title="给养老应用")
    volunteers = an_app(town, title="给志愿者应用", elements=["name"])
    found = [app.get("persons", q="何梅").json()["items"] for app in (elders, volunteers)]
    assert [[one["id"] for one in items] for items in found] == [[mine], [mine]]
    assert found[1][0]["values"] == {"name": "何梅"}, "each is given what its contract names, and no more"
    assert found[0][0]["values"]["phone"] == "137****0003"
    with town.all_places():
        assert Sent.objects.filter(ending="api", rows=1).count() == 2


def test_whole_numbers_go_out_only_where_the_contract_says_so(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    answer = an_app(town, elements=["number"], sealed=True).get("persons")
    assert answer.status_code == 200, answer.content.decode()
    whole = answer.json()["items"]
    masked = an_app(town, elements=["number", "low_income"]).get("persons").json()["items"]
    assert whole[0]["values"] == {"number": ZHOU}
    assert ZHOU not in str(masked)
    with town.all_places():
        row = Entry.objects.filter(what="api.read").latest("pk")
    assert row.data["shown"] == [str(person_named(town, "周建国").pk)]


def a_guardian_agrees(town: Town, child: str) -> None:
    with town.all_places():
        Consent.objects.create(
            person=person_named(town, child), guardian="何梅", relation="母亲", uses=["give"], purpose="托管", paper="同意书",
            since=today(), by=town.worker,
        )  # fmt: skip


def test_where_a_child_lives_and_a_childs_number_never_go_out(town: Town) -> None:
    number = made_up("99010120200506002")
    town.took("police", [("何苗", number, "女", "2020-05-06", "13700030003", "永宁路12号3栋2单元501室", "东风1社区")])
    app = an_app(town, elements=["name", "number", "address"], sealed=True)
    moment = timezone.now()
    assert app.get("persons").json()["items"] == [], "no guardian agreed that it is given to others"
    a_guardian_agrees(town, "何苗")
    assert changed(app, moment) == ([person_named(town, "何苗").pk], [])
    given = app.get("persons").json()["items"][0]["values"]
    assert given == {"name": "何苗", "number": f"99{'*' * 14}{number[-2:]}", "address": ""}


def test_only_what_changed_since_a_moment_is_given(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    app, moment = an_app(town), timezone.now()
    assert app.get("persons", since=moment.isoformat()).json()["items"] == []
    corrects(town, person_named(town, "周建国"), "phone", "13900099999")
    items = app.get("persons", since=moment.isoformat()).json()["items"]
    assert [one["values"]["phone"] for one in items] == ["139****9999"]


def test_a_page_follows_the_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lifang.faces.api.rest.persons.PAGE", 1)
    town.took("police", [ZHOU_ROW, LIN_ROW])
    app = an_app(town)
    first = app.get("persons").json()
    second = app.get("persons", after=first["next"]).json()
    assert len({first["items"][0]["id"], second["items"][0]["id"]}) == 2
    assert second["next"] is None


def test_without_a_contract_in_force_nothing_is_given(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    yesterday = today() - dt.timedelta(days=1)
    ended = an_app(town, valid=(yesterday - dt.timedelta(days=9), yesterday))
    stopped = an_app(town, ended_at=timezone.now())
    never = Caller(a_token(an_account("grid_worker", EAST_STREET), ["person.read"], EAST_STREET))
    for app in (ended, stopped, never):
        assert app.get("persons").status_code == 403
    assert an_app(town, area=WEST_STREET).get("persons").json()["items"] == []
    assert an_app(town, area=EAST_COMMUNITY + 1000).get("persons").json()["items"] == []


def test_records_sent_through_the_api_are_validated_and_taken_like_a_file(town: Town) -> None:
    sender = a_sender()
    answer = sends(sender, ROW, {"name": "林小芳", "number": LIN[:-1], "birth": "1988-08-12"}, {"name": "何人"})
    assert answer.status_code == 202
    done = worked(answer.json()["id"])
    shown = sender.get(f"records/{done.pk}").json()
    assert (shown["state"], shown["counts"]["persons"], shown["counts"]["refused"]) == ("taken", 2, 1)
    assert {one["element"] for one in shown["problems"]} == {"", "number"}
    assert LIN[:-1] not in str(shown)
    assert {one.name for one in town.persons()} == {"周建国", "林小芳"}


def test_the_same_key_again_is_the_same_delivery_and_the_same_rows_say_nothing_new(town: Town) -> None:
    sender = a_sender()
    first = sends(sender, ROW)
    again = sends(sender, ROW)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["id"] == again.json()["id"]
    worked(first.json()["id"])
    other = worked(sends(sender, ROW, key="2026-08").json()["id"])
    assert (other.counts["same"], other.counts["persons"]) == (1, 0)
    with town.all_places():
        assert Record.objects.count() == 1


def test_what_is_no_record_is_refused_and_nothing_is_kept(town: Town) -> None:
    sender = a_sender()
    bad: list[Any] = [
        ({**ROW, "colour": "red"}, {}), (ROW, {"system": "none"}), (ROW, {"area": "360103001"}), (ROW, {"held_on": "2999-01-01"}),
        (ROW, {"held_on": "x"}), ({"number": ZHOU}, {}), ({"name": "\0"}, {}), ({}, {}),
    ]  # fmt: skip
    for row, more in bad:
        answer = sends(sender, row, **more)
        assert answer.status_code == 422, (row, more, answer.content)
    assert sends(sender).status_code == 422
    assert sends(sender, ROW, key="x" * 81).status_code == 422
    assert sends(a_sender(WEST_STREET, at=WEST), ROW).status_code == 422
    with town.all_places():
        assert not Import.objects.exists()


def test_a_kept_file_is_replayed_to_the_same_result(town: Town) -> None:
    first = town.took("police", [ZHOU_ROW, LIN_ROW])
    client = Client()
    client.force_login(town.steward)
    answer = client.post(f"/desk/data/imports/{first.pk}/replay/")
    again = int(answer.headers["Location"].split("/")[-2])
    with town.all_places():
        actions.check(again)
        counts = Import.objects.get(pk=again).counts
    assert (counts["rows"], counts["same"], counts["persons"], counts["changed"]) == (2, 2, 0, 0)


def test_a_contract_is_made_a_file_goes_out_under_it_and_every_step_leaves_a_row(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    client = Client()
    client.force_login(town.steward)
    form = {
        "title": "给卫健", "system": town.systems["health"].pk, "area": "360102001001", "elements": ["name", "phone"],
        "basis": "协议", "purpose": "随访", "since": str(today()), "until": str(today() + dt.timedelta(days=9)),
    }  # fmt: skip
    assert client.post("/desk/data/exchange/new/", {**form, "until": str(today())}).status_code == 422
    assert client.post("/desk/data/exchange/new/", {**form, "elements": ["health"]}).status_code == 422
    assert client.post("/desk/data/exchange/new/", form).status_code == 302
    with town.all_places():
        contract = Contract.objects.get()
    assert client.post(f"/desk/data/exchange/{contract.pk}/order/", {"ending": "csv"}).status_code == 302
    with town.all_places():
        sent = Sent.objects.get()
    assert client.post(f"/desk/data/exchange/sent/{sent.pk}/").status_code == 302, "it is not made yet"
    contracts.make(sent.pk)
    lines = client.post(f"/desk/data/exchange/sent/{sent.pk}/").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "编号,姓名,联系电话"
    assert [line.split(",", 1)[1] for line in lines[1:]] == ["周建国,138****0001"], "only of the contract's place"
    with town.all_places():
        kept = list(Entry.objects.filter(kind="contract").order_by("pk").values_list("what", flat=True))
    assert kept == ["data.contracted", "data.ordered", "data.sent", "data.downloaded"]
    assert "给卫健" in client.get("/desk/data/exchange/").content.decode()


def test_a_delivery_that_failed_is_sent_again(town: Town) -> None:
    contract = a_contract(town, ended_at=timezone.now())
    with town.all_places():
        sent = contracts.order(contract=contract, ending="xlsx", by=town.steward)
    contracts.make(sent.pk)
    with town.all_places():
        sent.refresh_from_db()
        assert sent.state == Sent.State.FAILED
        Contract.objects.update(ended_at=None)
    client = Client()
    client.force_login(town.steward)
    assert client.post(f"/desk/data/exchange/sent/{sent.pk}/again/").status_code == 302
    contracts.make(sent.pk)
    assert client.post(f"/desk/data/exchange/sent/{sent.pk}/").content.startswith(b"PK")


def test_the_state_of_a_link_is_what_really_happened(town: Town) -> None:
    client = Client()
    client.force_login(town.steward)
    assert client.get("/desk/data/").content.decode().count("还没有来往") == len(town.systems)
    worked(sends(a_sender(), ROW).json()["id"])
    assert "接口对接" in client.get("/desk/data/").content.decode()


def test_what_is_looked_for_is_not_kept_in_the_trail(town: Town) -> None:
    an_app(town, elements=["number"], sealed=True).get("persons", q=ZHOU)
    with town.all_places():
        row = Entry.objects.filter(what="api.read").latest("pk")
    assert ZHOU not in str(row.data)
    assert row.data["path"].startswith("/api/v1/persons?q=")


def test_nobody_is_found_by_what_the_contract_does_not_give(town: Town) -> None:
    town.took("police", [ZHOU_ROW])
    names = an_app(town, elements=["name"])
    masked = an_app(town, elements=["name", "number", "phone", "address"])
    whole = an_app(town, elements=["number"], sealed=True)
    for app, words in [
        (names, ZHOU), (names, "13800010001"), (names, "永宁路12号3栋2单元501室"), (masked, ZHOU), (masked, "13800010001"),
        (masked, ZHOU[-4:]), (whole, "周建国"), (whole, "zjg"), (whole, "周建国 13800010001"),
    ]:  # fmt: skip
        assert app.get("persons", q=words).status_code == 422, words
    assert len(whole.get("persons", q=ZHOU).json()["items"]) == 1
    assert len(masked.get("persons", q="永宁路12号3栋2单元501室").json()["items"]) == 1


def test_a_child_is_not_found_by_number_or_home(town: Town) -> None:
    number = made_up("99010120200506002")
    town.took("police", [("何苗", number, "女", "2020-05-06", "13700030003", "永宁路12号3栋2单元501室", "东风1社区")])
    app = an_app(town, elements=["name", "number", "address", "phone"], sealed=True)
    for words in (number, "永宁路12号3栋2单元501室", "13700030003"):
        assert app.get("persons", q=words).json()["items"] == []
    a_guardian_agrees(town, "何苗")
    assert len(app.get("persons", q="何苗").json()["items"]) == 1


def test_a_complete_list_names_its_place_and_waits_for_somebody_at_the_desk(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    sender = a_sender()
    assert sends(sender, ROW, complete=True).status_code == 422
    answer = sends(sender, ROW, complete=True, area="360102001")
    assert answer.status_code == 202
    waiting = answer.json()["id"]
    with town.all_places():
        actions.check(waiting)
        coming.go_on(waiting)
        assert Import.objects.get(pk=waiting).state == Import.State.CHECKED
    assert len(town.persons()) == 2
    assert signed_in(town.steward).post(f"/desk/data/imports/{waiting}/take/").status_code == 302
    with town.all_places():
        actions.take(waiting)
    assert [one.name for one in town.persons()] == ["周建国"]


def test_a_token_speaks_for_no_other_department_and_nobody_for_the_desk(town: Town) -> None:
    types(town)
    assert sends(a_sender(department="health"), ROW).status_code == 403
    account = an_account("data_steward", EAST_STREET, unit_of("health", EAST))
    a_contract(town, account, system=town.systems["police"])
    assert sends(Caller(a_token(account, ["data.import"], EAST_STREET)), ROW).status_code == 202
    with town.all_places():
        desk = System.objects.get(code="desk")
    committee = Caller(a_token(
        an_account("data_steward", EAST_STREET, unit_of("community_committee", EAST_COMMUNITY)), ["data.import"], EAST_STREET
    ))  # fmt: skip
    assert sends(committee, ROW, system="desk").status_code == 422
    steward = signed_in(town.steward)
    assert steward.get(f"/desk/data/systems/{desk.pk}/send/").status_code == 404
    form = {"title": "登记", "code": "desk", "department": "community_committee", "area": "360102001", "link": "none"}
    assert "另取一个" in steward.post("/desk/data/systems/new/", form).content.decode()


def test_the_same_key_with_other_rows_is_refused_wherever_it_came_from(town: Town) -> None:
    sender = a_sender()
    assert sends(sender, ROW).status_code == 202
    for rows, more in [
        ([ROW, {"name": "别人", "birth": "1990-01-01"}], {}), ([ROW], {"held_on": "2026-06-30"}), ([ROW], {"area": "360102001001"}),
    ]:  # fmt: skip
        answer = sends(sender, *rows, **more)
        assert (answer.status_code, answer.json()["field"]) == (409, "Idempotency-Key")
    of_one_community = a_sender(EAST_COMMUNITY)
    assert sends(of_one_community, ROW, area="360102001001").status_code == 409
    with town.all_places():
        assert Import.objects.count() == 1


def a_contract_form(town: Town, **more: Any) -> dict[str, Any]:
    return {
        "title": "给卫健", "system": town.systems["health"].pk, "area": "360102001", "elements": ["name", "phone"],
        "basis": "协议", "purpose": "随访", "since": str(today()), "until": str(today() + dt.timedelta(days=9)), **more,
    }  # fmt: skip


def test_whole_numbers_go_out_only_by_the_hand_of_who_may_see_them(town: Town) -> None:
    steward = signed_in(town.steward)
    answer = steward.post("/desk/data/exchange/new/", a_contract_form(town, sealed="on"))
    assert answer.status_code == 422
    assert "随访" in answer.content.decode()
    contract = a_contract(town, sealed=True)
    steward.post(f"/desk/data/exchange/{contract.pk}/order/", {"ending": "csv"})
    with town.all_places():
        assert not Sent.objects.exists()
        sent = contracts.order(contract=contract, ending="csv", by=town.steward)
    contracts.make(sent.pk)
    for act in ("", "again/"):
        assert steward.post(f"/desk/data/exchange/sent/{sent.pk}/{act}").status_code == 302
    with town.all_places():
        assert Sent.objects.count() == 1
        reveals = Role.objects.create(code="reveals", name="看号码", functions=["person.reveal"])
        Grant.objects.create(user=town.steward, role=reveals, area=EAST_STREET, valid=(today(), None), purpose="测试")
    assert steward.post("/desk/data/exchange/new/", a_contract_form(town, sealed="on")).status_code == 302
    assert steward.post(f"/desk/data/exchange/sent/{sent.pk}/").status_code == 200


def test_one_account_has_one_contract_at_a_time(town: Town) -> None:
    account = an_account("grid_worker", EAST_STREET)
    earlier = a_contract(town, account)
    steward, form = signed_in(town.steward), a_contract_form(town, account=account.pk)
    answer = steward.post("/desk/data/exchange/new/", form)
    assert answer.status_code == 422
    assert "已有约定" in answer.content.decode()
    after = {"since": str(today() + dt.timedelta(days=30)), "until": str(today() + dt.timedelta(days=60))}
    assert steward.post("/desk/data/exchange/new/", {**form, **after}).status_code == 302
    steward.post(f"/desk/data/exchange/{earlier.pk}/end/")
    assert steward.post("/desk/data/exchange/new/", form).status_code == 302


def test_what_was_fetched_through_the_api_is_no_file(town: Town) -> None:
    an_app(town).get("persons")
    with town.all_places():
        sent = Sent.objects.get()
    steward = signed_in(town.steward)
    answer = steward.post(f"/desk/data/exchange/sent/{sent.pk}/again/", follow=True)
    assert "没有文件可以再送" in answer.content.decode()
    assert steward.post(f"/desk/data/exchange/sent/{sent.pk}/").status_code == 302


def test_a_delivery_that_broke_can_be_sent_again_on_its_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = a_contract(town)
    with town.all_places():
        sent = contracts.order(contract=contract, ending="csv", by=town.steward)

    def full(content: bytes) -> str:
        raise OSError("no space")

    with monkeypatch.context() as broken:
        broken.setattr("lifang.blocks.registry.imports.files.keep", full)
        with pytest.raises(OSError, match="no space"):
            contracts.make(sent.pk)
    steward = signed_in(town.steward)
    page = steward.get(f"/desk/data/exchange/{contract.pk}/").content.decode()
    assert "没有送出" in page
    assert "再送一次" in page
    steward.post(f"/desk/data/exchange/sent/{sent.pk}/again/")
    contracts.make(sent.pk)
    assert steward.post(f"/desk/data/exchange/sent/{sent.pk}/").status_code == 200


def test_a_long_file_is_read_before_it_is_replayed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first = town.took("police", [ZHOU_ROW, LIN_ROW])
    monkeypatch.setattr(actions, "READ_AT_ONCE", 0)
    answer = signed_in(town.steward).post(f"/desk/data/imports/{first.pk}/replay/")
    again = int(answer.headers["Location"].split("/")[-2])
    assert again != first.pk
    with town.all_places():
        coming.read_on(again, first.columns, first.first)
        actions.check(again)
        counts = Import.objects.get(pk=again).counts
    assert (counts["rows"], counts["same"]) == (2, 2)


def changed(app: Caller, since: dt.datetime) -> tuple[list[int], list[int]]:
    answer = app.get("persons", since=since.isoformat()).json()
    return [one["id"] for one in answer["items"]], answer["gone"]


def test_since_tells_of_deaths_rulings_merges_and_their_undoing_and_of_who_is_given_no_more(town: Town) -> None:
    died = (*LIN_ROW, "2026-06-20")
    town.took("police", [ZHOU_ROW, LIN_ROW])
    town.took("health", [("周健国", "", "男", "1957-04-01", "13700000003", "长春路99号1栋1单元101室", "东风1社区")])
    people = town.persons()
    lin, zhou, other = (person_named(town, name) for name in ("林小芳", "周建国", "周健国"))
    app = an_app(town)
    moment = timezone.now()
    assert changed(app, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))[0] == sorted(one.pk for one in people)
    assert changed(app, moment) == ([], [])
    town.took("police", [died], heads=(*HEADS, "死亡日期"), on=JULY)
    assert changed(app, moment) == ([lin.pk], [])
    moment = timezone.now()
    with scope_of(town.worker, "person.link"):
        move = judging.merge(one=zhou, other=other, reason="同一人", two_numbers=False, by=town.worker)
    assert changed(app, moment) == ([zhou.pk], [other.pk])
    moment = timezone.now()
    assert changed(app, moment) == ([], [])
    with scope_of(town.worker, "person.link"):
        judging.take_back(move=move, reason="看错了", by=town.worker)
    assert changed(app, moment) == (sorted([zhou.pk, other.pk]), [])
    moment = timezone.now()
    with town.all_places():
        Ruling.objects.create(
            person=zhou,
            element="phone",
            record=Record.objects.filter(person=zhou).first(),
            reason="问过",
            by=town.worker,
        )
    assert changed(app, moment) == ([zhou.pk], [])


def test_since_tells_of_who_left_to_who_was_given_them(town: Town) -> None:
    sent = town.took("police", [ZHOU_ROW, LIN_ROW])
    both = sorted(one.pk for one in town.persons())
    app, never = an_app(town), an_app(town)
    app.get("persons")
    moment = timezone.now()
    town.undoes(sent)
    assert changed(app, moment) == ([], both)
    assert changed(never, moment) == ([], []), "who was not given is not told of"


def test_since_tells_of_who_was_erased_to_who_was_given_them(town: Town) -> None:
    died = str(today() - dt.timedelta(days=2200))
    town.took("police", [ZHOU_ROW, LIN_ROW])
    zhou = person_named(town, "周建国")
    app, never = an_app(town), an_app(town)
    app.get("persons")
    town.took("police", [(*ZHOU_ROW, died)], heads=(*HEADS, "死亡日期"), on=JULY)
    moment = timezone.now()
    retain(timezone.now())
    assert changed(app, moment) == ([], [zhou.pk])
    assert changed(never, moment) == ([], [])
    assert changed(app, timezone.now()) == ([], [])


def test_since_tells_of_who_is_no_child_any_more(town: Town) -> None:
    birth = queries.years_before(today(), 14) - dt.timedelta(days=3)
    town.took("police", [("何苗", made_up(f"990101{birth:%Y%m%d}002"), "女", str(birth), "", "", "东风1社区"), LIN_ROW])
    app, long_ago = an_app(town), timezone.now() - dt.timedelta(days=60)
    with town.all_places():
        Contract.objects.update(at=long_ago, valid=(long_ago.date(), today() + dt.timedelta(days=9)))
        Record.objects.update(known_from=long_ago)
    weeks = timezone.now() - dt.timedelta(days=7)
    assert changed(app, weeks) == ([person_named(town, "何苗").pk], [])
    assert changed(app, timezone.now() - dt.timedelta(days=1)) == ([], [])


def test_two_contracts_of_one_account_for_the_same_day_are_refused_by_the_database(town: Town) -> None:
    account = an_account("grid_worker", EAST_STREET)
    first = a_contract(town, account)
    with pytest.raises(IntegrityError, match="contract_one_an_account"), transaction.atomic():
        a_contract(town, account, valid=(today() + dt.timedelta(days=29), today() + dt.timedelta(days=40)))
    a_contract(town, account, valid=(today() + dt.timedelta(days=30), today() + dt.timedelta(days=40)))
    with town.all_places():
        Contract.objects.filter(pk=first.pk).update(ended_at=timezone.now())
    a_contract(town, account)
