"""Documents and the rules that rest on them."""

import datetime as dt
from dataclasses import replace

import pytest

from lifang.blocks.packs import library, pages, service
from tests import situations

DAY = dt.date(2026, 6, 1)


@pytest.fixture
def reader(db, client):  # type: ignore[no-untyped-def]
    situations.a_small_city()
    client.force_login(situations.a_person("auditor", situations.CITY))
    return client


def test_each_rule_of_the_all_posts_mode_opens_the_clause_of_its_document(reader) -> None:  # type: ignore[no-untyped-def]
    """Inventory S126: posts, hall and training each lead to the document, and the document lists them."""
    rules = library.rules_of("dalian", "all_posts_opinion")
    assert {rule.clause for rule in rules} == {"岗位设置", "场所建设基本标准", "教育培训"}
    listed = reader.get("/desk/packs/values/?pack=dalian").content.decode()
    assert listed.count("/desk/packs/documents/dalian/all_posts_opinion/") == 3
    page = reader.get("/desk/packs/documents/dalian/all_posts_opinion/").content.decode()
    assert all(rule.clause in page for rule in rules)


def test_repeal_marks_all_rules_of_a_document(reader, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Inventory S126: repeal marks all of them."""
    old = library.document("dalian", "all_posts_opinion")
    gone = replace(old, until=dt.date(2026, 5, 31))
    monkeypatch.setattr(pages.library, "document", lambda pack, name: gone)
    page = reader.get("/desk/packs/documents/dalian/all_posts_opinion/?on=2026-06-01").content.decode()
    assert page.count("依据已失效") == len(library.rules_of("dalian", "all_posts_opinion"))
    before = reader.get("/desk/packs/documents/dalian/all_posts_opinion/?on=2026-05-31").content.decode()
    assert "依据已失效" not in before


def test_a_city_document_is_traced_to_the_provincial_one(reader) -> None:  # type: ignore[no-untyped-def]
    """Inventory S135: from the city's rule to the provincial regulation, and back."""
    found = library.above("dalian", "workers_measures")
    assert found is not None
    pack, name, source = found
    assert (pack, source.title) == ("liaoning", "辽宁省社区工作者管理办法（试行）")
    assert ("dalian", "workers_measures") in [(p, n) for p, n, _s in library.carried_out_by(pack, name)]
    page = reader.get("/desk/packs/documents/dalian/workers_measures/").content.decode()
    assert "/desk/packs/documents/liaoning/workers_regulation/" in page


def test_headings_of_a_plan_are_data(reader, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Inventory S206: three of five headings are named; naming the others changes data, not code."""
    area = int(service.packs()["yicheng"].head.area) * 1000
    headings = service.value("plan.headings", area, DAY)
    assert list(headings.value) == ["标准化", "专业化", "自治化"]
    assert service.value("plan.headings_count", area, DAY).value == 5
    pack = service.packs()["yicheng"]
    dated = pack.values["plan.headings"]
    step = dated.steps[0]._replace(value=[*dated.steps[0].value, "第四项", "第五项"])
    longer = replace(pack, values={**pack.values, "plan.headings": replace(dated, steps=(step,))})
    line = (longer, *service.line_of("yicheng")[1:])
    monkeypatch.setattr(pages.service, "line_of", lambda name: line)
    page = reader.get("/desk/packs/values/?pack=yicheng").content.decode()
    assert "第四项" in page
    assert "第五项" in page


@pytest.mark.parametrize(
    "path", ["", "categories/06010/", "cases/event/", "values/", "documents/", "compare/?other=dalian"]
)
@pytest.mark.parametrize("pack", sorted(service.packs()))
def test_every_page_of_every_pack_opens(reader, path: str, pack: str) -> None:  # type: ignore[no-untyped-def]
    joint = "&" if "?" in path else "?"
    answer = reader.get(f"/desk/packs/{path}{joint}pack={pack}&on=2026-06-01")
    assert answer.status_code == 200


def test_what_differs_is_told_in_words(reader) -> None:  # type: ignore[no-untyped-def]
    page = reader.get("/desk/packs/compare/?pack=yicheng&other=dalian&on=2026-06-01").content.decode()
    for raw in ("@city", "@county", "@street", "True", "[&#x27;", " handle<", " file<"):
        assert raw not in page, raw
    assert "处置时限" in page


@pytest.mark.parametrize("path", ["categories/99999/", "cases/nothing/", "documents/dalian/nothing/"])
def test_what_no_pack_knows_is_missing(reader, path: str) -> None:  # type: ignore[no-untyped-def]
    assert reader.get(f"/desk/packs/{path}").status_code == 404


def test_every_document_of_every_pack_opens(reader) -> None:  # type: ignore[no-untyped-def]
    for found in library.documents(DAY):
        assert reader.get(f"/desk/packs/documents/{found.pack}/{found.name}/").status_code == 200
