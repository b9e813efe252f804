"""Files of entries: whole or not at all, undone whole, and the same tables out again."""

import io
import zipfile

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lifang.blocks.registers import files, forms
from lifang.blocks.registers.models import Entry, Member, Statement
from lifang.blocks.registers.pages import files as export_page
from lifang.blocks.registers.tests.situations import FIRST, SECOND, Street, credit, entries, file_of, said_in
from lifang.blocks.registry.keys import Kind, hashed
from lifang.blocks.registry.models import Person, Record, System
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.trail.models import Entry as Trail
from tests.situations import EAST, EAST_COMMUNITY, EAST_COMMUNITY_2

HEADS = ("物业公司", "信用代码", "所属社区", "小区名称", "合同到期日", "项目经理", "联系电话")


def rows() -> list[tuple[str, ...]]:
    return [
        ("安居物业", credit(1), FIRST, "长春苑", "2027年6月30日", "郑一", "13800001111"),
        ("乐业物业", credit(2), SECOND, "永宁苑", "20261231", "王二", ""),
    ]


def test_a_wrong_cell_refuses_the_whole_file_with_row_column_and_reason(street: Street) -> None:
    bad = [
        *rows(),
        ("无码物业", "91360100XX", FIRST, "", "明年", "", ""),
        ("远方物业", credit(3), "西风9社区", "", "", "", ""),
        ("重复物业", credit(1), FIRST, "", "", "", ""),
    ]
    answer = street.sends("property_firm", HEADS, bad)
    assert answer.status_code == 422
    page = said_in(answer)
    assert "有 4 处不对，一行也没有导入" in page
    assert "4 统一社会信用代码 91360100XX 统一社会信用代码应为 18 位" in page
    assert "4 合同到期 明年" in page
    assert "5 所在社区 西风9社区 这次导入的范围里没有这个地方" in page
    assert "6 统一社会信用代码" in page
    assert "与第 2 行是同一信用代码" in page
    assert entries("property_firm") == []


def test_a_file_is_taken_again_as_changes_and_undone_whole(street: Street) -> None:
    assert street.sends("property_firm", HEADS, rows()).status_code == 302
    first = file_of("property_firm")
    assert first.counts == {"rows": 2, "new": 2, "changed": 0, "same": 0}
    same = street.sends("property_firm", HEADS, rows())
    assert "已经导入过" in same.content.decode()
    later = [(*rows()[0][:3], "长春新苑", *rows()[0][4:5], "吴三", ""), rows()[1]]
    assert street.sends("property_firm", HEADS, later, name="七月.csv").status_code == 302
    second = file_of("property_firm")
    assert second.counts == {"rows": 2, "new": 0, "changed": 1, "same": 1}
    firm = entries("property_firm")[0]
    assert "长春新苑" in said_in(street.page(f"{firm.pk}/")).split("历史")[0]
    refused = street.client("steward").post(f"/desk/registers/files/{first.pk}/undo/", follow=True)
    assert "又改过，整份不能撤销" in refused.content.decode()
    undone = street.client("steward").post(f"/desk/registers/files/{second.pk}/undo/", follow=True)
    assert "登记册回到这次导入以前" in undone.content.decode()
    page = said_in(street.page(f"{firm.pk}/"))
    assert "长春新苑" not in page.split("历史")[0]
    assert "长春苑" in page.split("历史")[0]
    assert "郑一" in page.split("历史")[0]
    assert "长春新苑" in page.split("历史")[1]
    street.client("steward").post(f"/desk/registers/files/{first.pk}/undo/")
    assert "安居物业" not in said_in(street.page("kinds/property_firm/")).split("从哪天起")[-1].split("导入过的文件")[0]
    with system_scope("test"):
        assert Statement.objects.filter(name="安居物业").exists()
        assert not Entry.objects.filter(ended=False).exists()


def test_what_a_file_would_bring_is_shown_before_it_is_taken(street: Street) -> None:
    street.sends("property_firm", HEADS, rows()[:1])
    with system_scope("test"):
        before = (
            Statement.objects.count(),
            Member.objects.count(),
            Trail.objects.filter(what__startswith="register.").count(),
        )
    lines = [(*rows()[0][:3], "长春新苑", *rows()[0][4:5], "吴三", ""), rows()[1]]
    content = "\n".join(",".join(line) for line in (HEADS, *lines)).encode()
    answer = street.shows("property_firm", content)
    page = said_in(answer)
    assert answer.status_code == 200
    assert "2 行：新登记 1，有变化 1，没有变化 0" in page
    assert "2 安居物业 改：服务的小区、项目经理" in page
    assert "3 乐业物业 新登记" in page
    with system_scope("test"):
        assert before == (
            Statement.objects.count(),
            Member.objects.count(),
            Trail.objects.filter(what__startswith="register.").count(),
        )
    other = street.shows("property_firm", content + b"\n", seen=answer.context["seen"])
    assert "还没有导入" in said_in(other)
    assert street.shows("property_firm", content, seen=answer.context["seen"]).status_code == 302
    assert file_of("property_firm").counts == {"rows": 2, "new": 1, "changed": 1, "same": 0}


def test_a_file_whose_head_was_followed_by_another_is_not_undone(street: Street) -> None:
    street.sends("property_firm", HEADS, rows())
    street.sends("property_firm", HEADS, [(*rows()[0][:5], "吴三", ""), rows()[1]], name="七月.csv")
    firm, second = entries("property_firm")[0], file_of("property_firm")
    street.joins(firm, "head", "周四", since=today().isoformat())
    refused = street.client("steward").post(f"/desk/registers/files/{second.pk}/undo/", follow=True)
    assert "「安居物业」又改过，整份不能撤销" in refused.content.decode()
    with system_scope("test"):
        heads = Member.objects.filter(entry=firm, role="head", known_until=None, until=None)
        assert [one.name for one in heads] == ["周四"]


def test_a_longer_file_asks_no_more_of_what_did_not_change(street: Street) -> None:
    def asked(number: int) -> int:
        many = [(f"{n}物业", credit(n), FIRST, "", "", f"郑{n}", "") for n in range(number)]
        street.sends("property_firm", HEADS, many)
        with CaptureQueriesContext(connection) as queries:
            street.sends("property_firm", (*HEADS, "备考"), [(*row, "") for row in many], name="又一次.csv")
        assert file_of("property_firm").counts["same"] == number
        return len(queries)

    assert asked(40) == asked(4)


def test_more_changes_than_one_request_can_take_are_refused_in_words(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_CHANGED", 1)
    street.sends("property_firm", HEADS, rows())
    answer = street.sends("property_firm", HEADS, [(*row[:3], "新苑", *row[4:]) for row in rows()], name="七月.csv")
    assert "一次最多改动 1 条已经登记的，请分成几个文件" in said_in(answer)
    assert "长春苑" in said_in(street.page(f"{entries('property_firm')[0].pk}/"))


def test_a_file_that_is_too_long_is_refused_before_any_row_is_checked(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 1)
    wrong = [("无码物业", "91360100XX", FIRST, "", "明年", "", "")] * 2
    assert "一次最多导入 1 行，请分成几个文件" in said_in(street.sends("property_firm", HEADS, wrong))
    monkeypatch.setattr(forms, "MOST_MB", 0)
    assert "文件最大 0 MB" in said_in(street.sends("property_firm", HEADS, wrong[:1]))


def test_a_workbook_that_unpacks_to_a_great_deal_is_refused_before_it_is_read(street: Street) -> None:
    book = openpyxl.Workbook()
    for row in (HEADS, *rows()):
        book.active.append(row)  # type: ignore[union-attr]
    packed = io.BytesIO()
    book.save(packed)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/blank.bin", bytes(51 * 2**20))
    answer = street.shows("property_firm", packed.getvalue(), name="六月.xlsx")
    assert "表格解压后超过 50 MB" in said_in(answer)
    assert entries("property_firm") == []


def test_what_is_exported_can_be_brought_in_again_and_is_in_the_trail(street: Street) -> None:
    street.sends("property_firm", HEADS, rows())
    steward, address = street.client("steward"), "/desk/registers/kinds/property_firm/export/"
    assert "用途" in said_in(steward.post(address, {"area": EAST}))
    assert steward.post(address, {"area": EAST, "purpose": "核对资料", "reason": ""}).status_code == 422
    answer = steward.post(address, {"area": EAST, "purpose": "核对资料", "reason": "给街道核对"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]  # type: ignore[union-attr]
    mark = str(lines.pop(0)[0])
    assert "用途：核对资料；理由：给街道核对" in mark
    assert lines[0][:3] == ["所在社区", "名称", "从哪天起"]
    assert [line[1] for line in lines[1:]] == ["安居物业", "乐业物业"]
    assert "郑一" in lines[1]
    assert not any("13800001111" in str(cell) for line in lines for cell in line)
    with system_scope("test"):
        said = Trail.objects.get(what="register.exported").data
    assert (said["rows"], said["reason"]) == (2, "给街道核对")
    assert said["serial"] in mark
    cells = [["" if cell is None else str(cell) for cell in line] for line in lines]
    again = street.sends("property_firm", [mark], cells, name="改过.csv")
    assert again.status_code == 302, said_in(again)
    assert file_of("property_firm").counts["same"] == 2


def test_more_than_one_export_can_hold_is_refused_and_not_cut(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_page, "MOST_EXPORTED", 1)
    street.sends("property_firm", HEADS, rows())
    asked = {"area": EAST, "purpose": "核对资料", "reason": "给街道核对"}
    answer = street.client("steward").post("/desk/registers/kinds/property_firm/export/", asked, follow=True)
    assert "符合条件的超过 1 条，没有导出" in said_in(answer)


def test_what_is_no_table_is_refused_in_words(street: Street) -> None:
    assert "没有找到这些列" in street.sends("property_firm", ("甲", "乙"), [("1", "2")]).content.decode()
    only = street.sends("property_firm", HEADS, [])
    assert "没有一行内容" in only.content.decode()


def test_a_row_names_the_unit_of_its_own_community(street: Street) -> None:
    units = [street.enters("resident_unit", "建设支行", area=area) for area in (EAST_COMMUNITY, EAST_COMMUNITY_2)]
    heads = ("所在社区", "名称", "提供单位", "资源", "可容纳", "可用的日子", "进展")
    rows = [(place, "会议室", "建设支行", "场地", "50", "周六、周日", "共享中") for place in (FIRST, SECOND)]
    assert street.sends("shared_resource", heads, rows).status_code == 302
    with system_scope("test"):
        said = Statement.objects.filter(entry__kind="shared_resource").order_by("area")
        assert [one.facts["unit"] for one in said] == [str(unit.pk) for unit in units]
        assert said[0].facts["days"] == ["sat", "sun"]
    nobody = street.sends("shared_resource", heads, [(FIRST, "礼堂", "没有的单位", "场地", "", "", "共享中")])
    assert "没有的单位" in said_in(nobody)
    assert nobody.status_code == 422
    form = street.client("desk").get("/desk/registers/kinds/shared_resource/new/").content.decode()
    assert "建设支行（东风2社区）" in form


def test_a_member_is_linked_to_the_only_resident_of_the_name_and_to_nobody_where_several_bear_it(
    street: Street,
) -> None:
    with system_scope("test"):
        only = Person.objects.create(area=EAST_COMMUNITY + 1, name="郑一", records=1)
        Person.objects.create(area=EAST_COMMUNITY_2, name="郑一", records=1)
        for _twice in range(2):
            Person.objects.create(area=EAST_COMMUNITY_2 + 1, name="王二", records=1)
    assert street.sends("property_firm", HEADS, rows()).status_code == 302
    with system_scope("test"):
        assert dict(Member.objects.values_list("name", "person")) == {"郑一": only.pk, "王二": None}
    firm = next(one for one in entries("property_firm") if one.name == "安居物业")
    shown = street.page(f"{firm.pk}/", by="worker")
    assert f"/desk/persons/{only.pk}/" in shown
    assert "按姓名对上的居民" in shown


def test_a_telephone_that_is_anothers_links_nobody(street: Street) -> None:
    with system_scope("test"):
        system = System.objects.create(code="x", title="x", department="police", area=EAST)
        other = Person.objects.create(area=EAST_COMMUNITY + 1, name="郑一", records=1)
        said = {"person": other, "system": system, "row_key": 1, "digest": 1, "name": "郑一", "area": EAST_COMMUNITY}
        Record.objects.create(
            **said, held_from=today(), known_from=timezone.now(), phone_key=hashed(Kind.PHONE, "13900000000")
        )
    assert street.sends("property_firm", HEADS, rows()).status_code == 302
    with system_scope("test"):
        assert set(Member.objects.values_list("person", flat=True)) == {None}


def test_an_employer_leads_to_the_only_organisation_of_the_name(street: Street) -> None:
    firm = street.enters("employer", "红星厂", credit=credit(1), by="worker")
    with system_scope("test"):
        system = System.objects.create(code="x", title="x", department="human_resources", area=EAST)
        worker = Person.objects.create(area=EAST_COMMUNITY + 1, name="郑一", records=1)
        said = {"person": worker, "system": system, "row_key": 1, "digest": 1, "name": "郑一", "area": EAST_COMMUNITY}
        Record.objects.create(**said, held_from=today(), known_from=timezone.now(), facts={"employer": "红星厂"})
    page = street.client("worker").get(f"/desk/persons/{worker.pk}/").content.decode()
    assert f'<a href="/desk/registers/{firm.pk}/">红星厂</a>' in page
    street.enters("property_firm", "红星厂", credit=credit(2), by="worker")
    page = street.client("worker").get(f"/desk/persons/{worker.pk}/").content.decode()
    assert f"/desk/registers/{firm.pk}/" not in page
    assert "几个同名的组织" in page
