"""Who reads what came back of persons: whole the department to which it was admitted, masked everybody else."""

import io
import re

import openpyxl
import pytest

from lifang.blocks.forms.models import Return
from lifang.blocks.forms.pages import filling
from lifang.blocks.forms.tests.situations import AGO, a_roster, a_sheet, an_officer, asked, made, return_of, sent, typed
from lifang.blocks.lists.models import Showing
from lifang.blocks.lists.tests.situations import HEADS, a_neighbourhood, browser, entries, number, person, row
from lifang.blocks.matters.models import Admitted
from lifang.blocks.privacy.statement import stated
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from tests.situations import CITY, EAST, EAST_STREET, a_person, unit_of

pytestmark = pytest.mark.django_db
NUMBER, PHONE, KIND = number(85, 4), "13800010009", "肢体二级"
COLUMNS = {name: asked(name, name) for name in ("name", "number", "phone", "disability")}


@pytest.fixture
def officer(town: Town) -> User:
    a_neighbourhood(town, today() - AGO)
    heads = ("姓名", "身份证号", "联系电话", "残疾类别")
    town.took("civil_affairs", [("吴奶奶", NUMBER, PHONE, KIND)], heads=heads, on=today() - AGO)
    return an_officer("health")


@pytest.fixture
def returned(officer: User) -> Return:
    """A roster of an admitted matter, submitted."""
    with system_scope("test"):
        Admitted.objects.create(
            code="ZR1", area=EAST, title="高龄巡诊", unit=unit_of("health", EAST), basis="某条例", payer="health", amount=1,
            hours=1, period="monthly", sends=["form"], elements=list(COLUMNS), since=today() - AGO,
        )  # fmt: skip
    found = return_of(sent(officer, made(officer, a_roster(COLUMNS, matter="ZR1"))))
    with system_scope("test"):
        Return.objects.filter(pk=found.pk).update(state="submitted")
    return found


def test_the_department_reads_whole_what_its_admission_names_and_its_look_leaves_a_row(
    officer: User, returned: Return
) -> None:
    page = browser(officer).get(f"/desk/forms/returned/{returned.pk}/").content.decode()
    assert all(word in page for word in (NUMBER, PHONE, KIND))
    (row,) = entries("form.read")
    assert (row.user_id, row.area, row.object_id) == (officer.pk, returned.area, str(returned.pk))


@pytest.mark.parametrize(
    ("role", "area"), [("data_steward", CITY), ("auditor", CITY), ("street_desk", EAST_STREET), ("community_worker", 0)]
)
def test_others_who_read_the_place_see_no_whole_number_and_leave_a_row(returned: Return, role: str, area: int) -> None:
    reader = a_person(role, area or returned.area)
    client = browser(reader)
    page = client.get(f"/desk/forms/returned/{returned.pk}/").content.decode()
    assert "吴奶奶" in page
    assert not any(word in page for word in (NUMBER, PHONE))
    assert (KIND in page) == (role == "community_worker"), "they may see it of their own residents"
    assert [row.user_id for row in entries("form.read")] == [reader.pk]
    cells = _cells(client.post(f"/desk/forms/sent/{returned.issue_id}/sheet/", {"purpose": "核对"}).content)
    assert "吴奶奶" in cells
    assert not {NUMBER, PHONE} & cells


def test_everybody_in_one_workbook_is_handed_out_for_a_purpose_that_each_of_them_is_told(
    officer: User, returned: Return
) -> None:
    client, address = browser(officer), f"/desk/forms/sent/{returned.issue_id}/sheet/"
    for purpose in ("", "用" * 61):
        refused = client.post(address, {"purpose": purpose})
        assert refused.status_code == 422
        assert purpose in refused.content.decode()
    assert NUMBER in _cells(client.post(address, {"purpose": "安排巡诊"}).content)
    (row,) = entries("form.handed_out")
    assert row.data["purpose"] == "安排巡诊"
    with system_scope("test"):
        (showing,) = Showing.objects.all()
    assert (showing.purpose, showing.persons, showing.by) == ("安排巡诊", [person("吴奶奶").pk], officer)


def _cells(content: bytes) -> set[object]:
    return {cell.value for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row}


def _told(name: str) -> list[str]:
    """Who looked, as the resident is told."""
    with system_scope("test"):
        return [
            f"{look.unit} {look.name} {look.what} {look.purpose}" for look in stated(person(name), whole=False).looks
        ]


def test_a_roster_is_read_page_by_page_and_only_who_is_on_the_page_was_looked_at(town: Town) -> None:
    people = [
        row(f"王{chr(0x4E00 + number)}", 85, f"永宁路{number}号1栋1单元101室", serial=number)
        for number in range(1, 103)
    ]
    town.took("police", people, heads=HEADS, on=today() - AGO)
    officer = an_officer()
    found = return_of(sent(officer, made(officer, a_roster())))
    with system_scope("test"):
        Return.objects.filter(pk=found.pk).update(state="submitted")
    client, address = browser(officer), f"/desk/forms/returned/{found.pk}/"
    first = client.get(address)
    assert len(first.context["rows"]) == 100
    assert "第 1–100 行" in first.content.decode()
    last = client.get(f"{address}{first.context['following']}")
    assert (len(last.context["rows"]), last.context["following"]) == (2, "")
    assert len(client.get(address, {"after": "no key"}).context["rows"]) == 100
    with system_scope("test"):
        assert [len(one.persons) for one in Showing.objects.order_by("pk")] == [100, 2, 100]
        seen = Person.objects.get(pk=Showing.objects.order_by("pk")[1].persons[0]).name
    (look,) = _told(seen)
    assert officer.name in look
    assert "查看名册" in look
    assert "高龄老人花名册" in look


def test_the_communitys_own_workbook_is_handed_out_for_a_purpose_that_stands_on_it_and_is_told(
    town: Town, returned: Return
) -> None:
    client, address = browser(town.worker), f"/desk/forms/asked/{returned.pk}/"
    refused = client.post(f"{address}sheet/")
    assert refused.status_code == 422
    assert not entries("form.handed_out")
    answer = client.post(f"{address}sheet/", {"purpose": "入户核对"})
    assert "吴奶奶" in _cells(answer.content)
    (entry,) = entries("form.handed_out")
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    for words in (page["A1"].value, page.oddHeader.center.text):
        assert f"{town.worker.name} " in words
        assert f"编号 {entry.data['serial']}。用途：入户核对" in words
    assert any("导出名单 入户核对 高龄老人花名册" in one and town.worker.name in one for one in _told("吴奶奶"))
    for page_ in (address, f"{address}print/"):
        before = len(_told("吴奶奶"))
        assert client.get(page_).status_code == 200
        assert len(_told("吴奶奶")) == before + 1


def test_opening_a_page_is_one_look_however_often_it_is_saved(officer: User, town: Town) -> None:
    found = return_of(sent(officer, made(officer, a_roster({**COLUMNS, "rails": typed("扶手", "truth")}))))
    worker, address = browser(town.worker), f"/desk/forms/asked/{found.pk}/"

    def looks() -> tuple[int, int]:
        with system_scope("test"):
            return len(entries("form.read")), Showing.objects.filter(what=Showing.What.LIST).count()

    worker.get(address)
    assert looks() == (1, 1)
    assert worker.post(address, {"c:0:rails": "看不清"}).status_code == 422
    assert worker.post(address, {"c:0:rails": "true"}, follow=True).status_code == 200
    assert looks() == (1, 1)
    worker.get(address)
    assert looks() == (2, 2)
    assert worker.post(address, {}).status_code == 302
    for times in (3, 4):
        worker.get(f"{address}print/")
        assert looks() == (times, times), "paper is a look, also after a saving"
    worker.get(address)
    another = browser(a_person("community_worker", found.area))
    assert another.post(address, {}, follow=True).status_code == 200
    assert looks() == (5, 5), "who never opened it sees it by saving"


def test_a_page_turned_is_a_look_at_who_stands_on_it(
    officer: User, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "MOST_ROWS", 1)
    found = return_of(sent(officer, made(officer, a_sheet(dict(COLUMNS), title="全体花名册", shape="roster"))))
    worker, address = browser(town.worker), f"/desk/forms/asked/{found.pk}/"
    worker.get(address)
    worker.post(f"{address}?page=1", {"to": "2"}, follow=True)
    worker.post(f"{address}?page=2", {}, follow=True)
    with system_scope("test"):
        persons = [set(row.persons) for row in Showing.objects.filter(what=Showing.What.LIST)]
    assert len(persons) == len(entries("form.read")) == 2
    assert not persons[0] & persons[1]


def test_who_fills_what_is_asked_of_them_stands_under_that_in_the_menu(officer: User, town: Town) -> None:
    found = return_of(sent(officer, made(officer, a_roster(COLUMNS))))
    page = browser(town.worker).get(f"/desk/forms/asked/{found.pk}/").content.decode()
    marked = re.findall(r'<a href="([^"]+)"[^>]*aria-current="page"', page)
    assert set(marked) == {"/desk/forms/asked/"}


def test_who_exports_without_a_purpose_is_told_at_the_top_and_nothing_leaves(
    officer: User, returned: Return, town: Town
) -> None:
    for client, address in (
        (browser(officer), f"/desk/forms/sent/{returned.issue_id}/sheet/"),
        (browser(town.worker), f"/desk/forms/asked/{returned.pk}/sheet/"),
    ):
        answer = client.post(address, {"purpose": " "})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert page.index("没有导出：要先写明用途。") < page.index("请写明做什么用。没有导出。")


def test_what_came_back_stands_in_words_and_nothing_is_locked_before_anything_came(officer: User) -> None:
    found = return_of(sent(officer, made(officer, a_sheet({"lift": typed("装电梯", "truth")}))))
    client, address = browser(officer), f"/desk/forms/sent/{found.issue_id}/"
    assert "锁定已交的" not in client.get(address).content.decode()
    with system_scope("test"):
        Return.objects.filter(pk=found.pk).update(state="submitted", cells={"lift": ["true", "typed", "2026-01-31"]})
    page = client.get(address).content.decode()
    assert "锁定已交的" in page
    assert '<td class="num" data-label="装电梯">是</td>' in page
