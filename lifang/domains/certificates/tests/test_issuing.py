"""What is issued, what is not, and what the seal register says of it."""

import datetime as dt
import io
import re
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.apps import apps
from django.db import IntegrityError, connections
from django.db.transaction import atomic
from django.utils import timezone
from pypdf import PdfReader

from lifang.blocks.cases.errors import Refused
from lifang.blocks.packs import loader as packs_loader
from lifang.blocks.packs import service as packs
from lifang.blocks.privacy.statement import stated
from lifang.blocks.registry.models import Person
from lifang.domains.certificates import tasks
from lifang.domains.certificates.checking import Found
from lifang.domains.certificates.models import FACT, WORDING, Certificate
from lifang.domains.certificates.tests.situations import AT_ONCE, AWAY, CHILD, GONE, PEOPLE, RESIDENCE, ZHOU, Window
from lifang.ground.access import vault
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from tests.situations import EAST_COMMUNITY, EAST_COMMUNITY_2, a_person

pytestmark = pytest.mark.django_db
PAPERS = {
    "name": Found("paper", "周建国", "身份证"), "number": Found("paper", ZHOU, "身份证"),
    "address": Found("visit", "永宁路12号3栋2单元501室", "网格员六月一日上门"),
}  # fmt: skip


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "").replace(" ", "")


def test_what_the_register_says_stands_on_paper_word_for_word(window: Window) -> None:
    made = window.issues(copies=2, body="自来水公司")
    assert (made.case.state, made.case.is_open) == ("issued", False)
    assert made.until == made.issued_on + dt.timedelta(days=89)
    text = text_of(window.pdf(made))
    for word in (
        "居住证明",
        made.number,
        "周建国",
        ZHOU,
        "永宁路12号3栋2单元501室",
        "办水表过户",
        "自来水公司",
        "第2份",
    ):
        assert word in text


def test_each_copy_has_the_next_number_of_the_seal_register(window: Window) -> None:
    first = window.issues(copies=2)
    window.issues(copies=1, kind="certify_residence")
    window.does(first, "reprint", copies=1)
    assert window.seals() == [(1, 1), (2, 2), (3, 1), (4, 3)]
    page = window.client().get("/desk/certificates/seals/").content.decode()
    year = today().year
    assert all(f"{year}-000{n}" in page for n in (1, 2, 3, 4))


def test_more_copies_than_the_form_allows_are_not_sealed_and_leave_no_gap(window: Window) -> None:
    made = window.issues(copies=2)
    with pytest.raises(Refused, match="已用印 2 份"):
        window.does(made, "reprint", copies=2)
    window.does(made, "reprint", copies=1)
    assert [serial for serial, _copy in window.seals()] == [1, 2, 3]


@pytest.mark.parametrize(("who", "why"), [(GONE, "去世"), (AWAY, "东风2社区"), (CHILD, "监护人")])
def test_nothing_is_certified_of_the_dead_a_child_alone_or_who_lives_elsewhere(
    window: Window, who: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        window.asks(who)


def test_a_guardian_asks_for_a_child(window: Window) -> None:
    with pytest.raises(Refused, match="代办人"):
        window.asks(CHILD, consent="guardian")
    made = window.issues(CHILD, consent="guardian", proxy="周建国", relation="祖父")
    assert made.case.state == "issued"


def test_with_a_fact_that_was_not_looked_at_nothing_is_issued(window: Window) -> None:
    asked = window.asks()
    with pytest.raises(Refused, match="还没有核实：现住址"):
        window.checks(asked, {name: AT_ONCE[name] for name in ("name", "number")})
    assert window.again(asked).case.state == "asked"


def test_with_a_fact_that_is_otherwise_nothing_is_issued(window: Window) -> None:
    asked = window.asks()
    wrong = {**AT_ONCE, "address": Found("visit", "长春路", "网格员今天上门", otherwise=True)}
    with pytest.raises(Refused, match="与所说不符：现住址"):
        window.checks(asked, wrong)
    assert window.seals() == []


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (Found("register"), "不能这样核实"),
        (Found("witnesses", "祖父一九五三年建房", "老王"), "两人以上"),
        (Found("paper", "祖父一九五三年建房"), "看了什么材料"),
        (Found("witnesses", "", "老王、老李"), "请写明"),
    ],
)
def test_a_fact_says_how_it_was_made_sure_of(window: Window, found: Found, why: str) -> None:
    asked = window.asks(kind="certify_title_origin")
    rest = {"name": AT_ONCE["name"], "number": AT_ONCE["number"], "house": Found("visit", "永宁路9号", "网格员上门")}
    with pytest.raises(Refused, match=why):
        window.checks(asked, {**rest, "origin": found})


def test_what_changed_between_checking_and_issuing_stops_it(window: Window) -> None:
    asked = window.asks()
    window.checks(asked)
    moved = (*PEOPLE[0][:5], "永宁路12号9栋1单元101室", *PEOPLE[0][6:])
    window.register_says([moved, *PEOPLE[1:]], on=dt.date(2026, 7, 1))
    with pytest.raises(Refused, match="登记变了：现住址"):
        window.does(asked, "issue", copies=1)
    assert window.seals() == []


def test_facts_that_change_after_issue_stay_on_paper_and_the_page_proposes_to_withdraw(window: Window) -> None:
    made = window.issues()
    moved = (*PEOPLE[0][:5], "永宁路12号9栋1单元101室", *PEOPLE[0][6:])
    window.register_says([moved, *PEOPLE[1:]], on=dt.date(2026, 7, 1))
    page = window.client().get(f"/desk/certificates/{made.number}/").content.decode()
    assert "出具以后登记变了：现住址" in page
    assert "撤销证明" in page
    assert "永宁路12号3栋2单元501室" in text_of(window.pdf(made))


def test_who_does_not_sign_this_kind_does_not_issue_it(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    forms = dict(packs.certificates(EAST_COMMUNITY, dt.date(2026, 6, 1)))
    other = {**forms, RESIDENCE: replace(forms[RESIDENCE], signs=("street_desk",))}
    asked = window.asks()
    window.checks(asked)
    monkeypatch.setattr(packs, "certificates", lambda area, on: other)
    with pytest.raises(Refused, match="有权签发"):
        window.does(asked, "issue", copies=1)


def test_what_left_the_list_meanwhile_is_not_issued(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = window.asks()
    window.checks(asked)
    monkeypatch.setattr("lifang.domains.certificates.kinds.issuable", lambda area, on: {})
    with pytest.raises(Refused, match="已不在可以出具的清单上"):
        window.does(asked, "issue", copies=1)


TWENTY = {
    "居住": ("现住址",), "租住": ("租住地址", "出租人"), "就学困难": ("就读学校", "家庭困难"), "房屋来源": ("房屋坐落", "来源"),
    "邻里意见": ("事项", "各户意见"), "照料": ("照料人",), "加装电梯": ("楼栋", "同意户数"), "晾晒架": ("位置",),
    "门面用途": ("门面位置", "用途"), "车棚使用": ("车棚位置",), "宠物饲养": ("宠物种类", "防疫证号"), "老旧水表": ("表号",),
    "公共晒场": ("使用时段",), "志愿服务": ("服务时数", "服务内容"), "捐赠": ("捐赠物品", "数量"), "院落占用": ("占用范围",),
    "楼道堆物": ("清理日期",), "停车共用": ("车位", "共用时段"), "施工告知": ("施工地点", "工期"), "借用会议室": ("用途", "日期"),
}  # fmt: skip
"""Made-up certificates, each with the facts that it states."""


@pytest.fixture
def twenty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A folder of packs whose list of certificates has twenty, each with a form of its own; their titles by name."""
    shutil.copytree(packs_loader.ROOT, tmp_path / "packs")
    nation, listed, forms = tmp_path / "packs" / "national", {}, {}
    for n, (title, facts) in enumerate(TWENTY.items(), 1):
        source = {"document": "certificate_forms", "clause": title}
        listed[f"kind_{n}"] = {"title": f"{title}证明", "class": "certify", "source": source}
        forms[f"kind_{n}"] = {
            "from": dt.date(2020, 1, 1), "source": source, "days": 10 * n, "copies": 1 + n % 3, "signs": ["community_worker"],
            "working_days": n, "wording": "兹证明" + "，".join(f"{{fact_{m}}}" for m in range(len(facts))) + "。",
            "facts": {f"fact_{m}": {"title": fact, "checks": ["paper", "visit"]} for m, fact in enumerate(facts)},
        }  # fmt: skip
    catalogue = {
        "catalogue": "certificates", "title": "二十项证明", "from": dt.date(2020, 1, 1), "source": {"document": "certificate_forms"},
        "matters": listed,
    }  # fmt: skip
    for file, content in (("matters/certificates.yaml", catalogue), ("certificates/sample.yaml", forms)):
        (nation / file).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
    loaded = packs_loader.load_all(tmp_path / "packs")
    monkeypatch.setattr(packs, "packs", lambda: loaded)
    for kept in (packs._line, packs._matters):
        kept.cache_clear()
    yield {name: one["title"] for name, one in listed.items()}
    monkeypatch.undo()
    for kept in (packs._line, packs._matters):
        kept.cache_clear()


def test_twenty_listed_kinds_print_their_forms_and_a_twenty_first_is_refused(
    window: Window, twenty: dict[str, str]
) -> None:
    """S320 Of a list of twenty kinds each prints its form; a twenty-first, on no list, is refused."""
    client = window.client()
    page = client.get("/desk/certificates/kinds/").content.decode()
    assert len(set(re.findall(r"/desk/certificates/kinds/(kind_\d+)/form/", page))) == 20
    for (name, title), facts in zip(twenty.items(), TWENTY.values(), strict=True):
        answer = client.get(f"/desk/certificates/kinds/{name}/form/")
        assert answer["Content-Type"] == "application/pdf"
        text = text_of(answer.content)
        assert f"{title}申请表" in text
        assert all(fact in text for fact in facts)
    assert window.asks(kind="kind_20").title == "借用会议室证明"
    for missing in ("kind_21", RESIDENCE):
        assert client.get(f"/desk/certificates/kinds/{missing}/form/").status_code == 404
        with pytest.raises(Refused, match="不在可以出具的清单上"):
            window.asks(kind=missing)


def test_sent_twice_it_is_one(window: Window) -> None:
    key = uuid.uuid4()
    assert window.asks(key=key).pk == window.asks(key=key).pk


def test_another_colleague_who_was_quicker_is_named(window: Window) -> None:
    asked = window.asks()
    page = window.client().post(
        f"/desk/certificates/{asked.number}/", {"act": "refuse", "version": "7", "reason": "不在本社区住"}
    )
    assert page.status_code == 422
    assert "填写的内容都还在" in page.content.decode()
    assert "不在本社区住" in page.content.decode()


def test_a_night_after_its_last_day_it_has_expired(window: Window) -> None:
    made = window.issues(at=timezone.now() - dt.timedelta(days=90))
    assert made.until == today() - dt.timedelta(days=1)
    with scope_of(window.worker, "certificate.issue"), pytest.raises(Refused, match="已过有效期"):
        window.does(made, "reprint", copies=1)
    assert tasks.expire_due(timezone.now()) == 1
    assert window.again(made).case.state == "expired"


@pytest.mark.parametrize(
    "changed",
    [
        {"code": ""}, {"digest": "0" * 32}, {"check_code": "00000000"}, {"issued_on": dt.date(2020, 1, 1)},
        {"until": dt.date(2999, 12, 31)}, {"until": None}, {"wording": b"x"}, {"wording": b""}, {"title": "别的证明"},
        {"purpose": "别的事"},
    ],
)  # fmt: skip
def test_what_was_issued_is_changed_by_nobody(window: Window, changed: dict[str, object]) -> None:
    made = window.issues()
    for function in ("certificate.check", "certificate.issue"):
        with scope_of(window.worker, function), pytest.raises(IntegrityError, match="stands as it was"), atomic():
            Certificate.objects.filter(pk=made.pk).update(**changed)
    assert window.again(made).wording == made.wording


def test_a_withdrawal_stands_and_only_keys_and_time_reach_the_wording(window: Window) -> None:
    made = window.does(window.issues(), "revoke", reason="搬走了")
    for day in (None, dt.date(2020, 1, 1)):
        with scope_of(window.worker, "certificate.issue"), pytest.raises(IntegrityError), atomic():
            Certificate.objects.filter(pk=made.pk).update(revoked_on=day)
    for function, wording in (("keys", b"sealed anew"), ("retention", b"")):
        with system_scope(function):
            Certificate.objects.filter(pk=made.pk).update(wording=wording)
        assert bytes(window.again(made).wording) == wording
    with system_scope("retention"), pytest.raises(IntegrityError), atomic():
        Certificate.objects.filter(pk=made.pk).update(wording=b"x")


def test_what_was_sealed_as_a_fact_once_opens_as_what_it_is(window: Window) -> None:
    asked = window.asks()
    window.checks(asked, {**AT_ONCE, "name": Found("paper", "周建国", "身份证")})
    with connections["default"].cursor() as cursor, system_scope("keys"):
        for table, key, column in (
            ("certificates_certificate", "case_id", "wording"), ("certificates_fact", "certificate_id", "seen"),
        ):  # fmt: skip
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [vault.seal("旧的", FACT), asked.pk])
        import_module("lifang.domains.certificates.migrations.0004_bound_to_itself").seal_anew(
            apps, SimpleNamespace(connection=connections["default"])
        )
        assert vault.unseal(bytes(Certificate.objects.get(pk=asked.pk).wording), WORDING) == "旧的"
    page = window.client().get(f"/desk/certificates/{asked.number}/").content.decode()
    assert "旧的" in page


def test_a_colleague_of_the_next_community_does_not_see_it(window: Window) -> None:
    made = window.issues()
    other = window.client(a_person("community_worker", EAST_COMMUNITY_2))
    assert other.get(f"/desk/certificates/{made.number}/").status_code == 404
    assert made.number not in other.get("/desk/certificates/").content.decode()


def test_who_only_reads_sees_numbers_masked(window: Window) -> None:
    made = window.issues()
    page = window.client(a_person("auditor", EAST_COMMUNITY)).get(f"/desk/certificates/{made.number}/").content.decode()
    assert ZHOU not in page
    assert ZHOU in window.client().get(f"/desk/certificates/{made.number}/").content.decode()


def test_a_resident_reads_in_their_statement_what_was_certified_and_who_drew_on_it(window: Window) -> None:
    made = window.issues()
    with system_scope("test"):
        shown = stated(Person.objects.get(pk=made.person), whole=False)
    assert any(made.number in line for section in shown.sections for line in section.lines)
    assert {"为证明核实登记", "为其出具证明"} <= {look.what for look in shown.looks}


@pytest.mark.parametrize("rare", ["䶮", "㛃", "𬭊"])
def test_a_name_with_a_rare_character_is_printed_whole(window: Window, rare: str) -> None:
    asked = window.asks()
    window.checks(asked, {**PAPERS, "name": Found("paper", f"周{rare}", "身份证")})
    assert f"周{rare}" in text_of(window.pdf(window.does(asked, "issue", copies=1)))


def test_a_character_that_no_font_has_is_not_printed_as_a_hole(window: Window) -> None:
    asked = window.asks()
    window.checks(asked, {**PAPERS, "name": Found("paper", "周\U0002fff1", "身份证")})
    with pytest.raises(Refused, match="没有能印"):
        window.does(asked, "issue", copies=1)
    assert (window.seals(), window.again(asked).case.state) == ([], "checked")
