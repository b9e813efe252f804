"""An admission names the columns that communities are to type; a form or a request for data carries no other."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from lifang.blocks.forms.models import Issue
from lifang.blocks.forms.tests.situations import WEEK, a_sheet, made, typed
from lifang.blocks.matters.columns import read
from lifang.blocks.matters.models import Admitted
from lifang.domains.gate.models import Opinion, Sending
from lifang.domains.gate.tests.admissions import (
    act,
    admitted_case,
    applied,
    signed_in,
    the_case,
)
from lifang.domains.gate.tests.situations import admitted
from lifang.domains.gate.tests.test_channels import HEADS, _soon, uploaded
from lifang.domains.grid.tests.situations import City
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import text
from tests.situations import EAST_COMMUNITY, a_person

pytestmark = pytest.mark.django_db
WORDS = "拟补贴人数（数字，人）\n补贴说明（文字）"
COLUMNS = [
    {"title": "拟补贴人数", "kind": "number", "unit": "人"},
    {"title": "补贴说明", "kind": "text", "unit": ""},
]
BEYOND = "没有准入这些新填的列：家庭收入（数字"


def test_columns_applied_for_are_shown_to_who_decides_and_who_is_heard_with_their_minutes_and_stand_in_the_list(
    city: City, bureau: User, civil: User
) -> None:
    for wrong in ("拟补贴人数", "拟补贴人数（图片）", f"{WORDS}\n拟补贴人数（文字，）的"):
        refused = applied(bureau, columns=wrong)
        assert refused.status_code == 422
        assert wrong in refused.content.decode()
    assert applied(bureau, columns=WORDS).status_code == 302
    assert act(civil, "hear").status_code == 302
    with system_scope("test"):
        opinion = Opinion.objects.filter(case=the_case(), area=EAST_COMMUNITY).get()
    hearing = signed_in(a_person("community_worker", EAST_COMMUNITY)).get(reverse("hearing", args=[opinion.pk]))
    deciding = signed_in(civil).get(reverse("admission", args=[the_case().number]))
    for page in (hearing, deciding):
        said = page.content.decode()
        assert "拟补贴人数（数字，人）、补贴说明（文字）" in said
        assert "每份填一次约 3 分钟" in said
        assert "联系电话" in said
    case = admitted_case(bureau, civil, title="补贴摸底", columns=WORDS)
    with system_scope("test"):
        assert Admitted.objects.get(code=case.number).columns == COLUMNS
    assert "拟补贴人数（数字，人）" in signed_in(civil).get(reverse("matter", args=[case.number])).content.decode()


def test_a_form_carries_the_columns_that_were_admitted_and_with_another_comes_back_with_its_name(
    city: City, bureau: User
) -> None:
    assert bureau.unit
    row = admitted(bureau.unit, columns=COLUMNS, amount=0)
    known = {"n": typed("拟补贴人数"), "why": typed("补贴说明", "text")}
    fits = made(bureau, a_sheet(known, matter=row.code))
    more = made(bureau, a_sheet({**known, "income": typed("家庭收入")}, matter=row.code, title="补贴收入表"))
    other_kind = made(bureau, a_sheet({"n": typed("拟补贴人数", "text")}, matter=row.code, title="补贴文字表"))
    client, given = signed_in(bureau), {"due": (today() + WEEK).isoformat(), "apart": "各有用处"}
    for edition, told in ((more, BEYOND), (other_kind, "没有准入这些新填的列：拟补贴人数（文字）")):
        warned = client.get(f"/desk/forms/{edition.form_id}/").content.decode()
        assert f"这样下发会被退回：{told.removeprefix('没有准入这些新填的列：')}" in warned
        back = client.post(f"/desk/forms/{edition.form_id}/send/", given)
        assert back.status_code == 422
        assert told in back.content.decode()
        with system_scope("test"):
            sent = Sending.objects.latest("pk")
            assert (sent.state, sent.rule) == ("returned", "elements")
        letter = client.get(reverse("gate_letter", args=[sent.number])).content.decode()
        assert told in letter
        assert "去掉没有准入的数据和列" in letter
    assert client.post(f"/desk/forms/{fits.form_id}/send/", given).status_code == 302
    with system_scope("test"):
        assert Issue.objects.get().edition == fits


ADMITTED = [
    {"title": "人数", "kind": "number", "unit": "人"}, {"title": "桌数", "kind": "number", "unit": "大桌"},
    {"title": "情况", "kind": "text", "unit": ""}, {"title": "金额（元）", "kind": "number", "unit": ""},
]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "kind", "passes"),
    [
        ("人数", "number", True), ("人 数(人)", "number", True), ("人数（单位：人）", "number", True), ("人数（数字）", "number", True),
        ("人数【人】", "number", True), ("桌数（大桌）", "number", True), ("情况（文字）", "text", True), ("金额（元）", "number", True),
        ("金额 (单位:元)", "number", True), ("情况：", "text", True), ("人数（男）", "number", False), ("人数（户）", "number", False),
        ("情况（家庭存款、银行卡号）", "text", False), ("情况（家庭存款）（文字）", "text", False), ("（存款）情况", "text", False),
        ("人数（人）（存款）", "number", False), ("金额（万元）", "number", False), ("情况（人）", "text", False),
    ],
)  # fmt: skip
def test_what_stands_in_brackets_is_of_the_column_unless_it_is_the_unit_that_was_admitted(
    city: City, bureau: User, title: str, kind: str, passes: bool
) -> None:
    assert bureau.unit
    row = admitted(bureau.unit, columns=ADMITTED, amount=0)
    form = made(bureau, a_sheet({"n": typed(title, kind)}, matter=row.code))
    given = {"due": (today() + WEEK).isoformat()}
    answer = signed_in(bureau).post(f"/desk/forms/{form.form_id}/send/", given)
    assert answer.status_code == (302 if passes else 422), answer.content.decode()
    with system_scope("test"):
        assert Sending.objects.get().rule == ("admitted" if passes else "elements")


def test_a_unit_by_which_more_is_asked_was_not_admitted(city: City, bureau: User) -> None:
    assert bureau.unit
    row = admitted(bureau.unit, columns=ADMITTED, amount=0)
    _by_api(bureau, row.code, "", [{"title": "情况", "kind": "text", "unit": "家庭存款、银行卡号"}])
    with system_scope("test"):
        assert Sending.objects.get().rule == "elements"


HOSTILE = {
    "a": typed("补贴金额（元）"), "b": typed("人数（男）；（女）"), "c": typed("数" * 90), "d": typed("情况（文字）、存款"),
    "e": typed("存款", "text"), "f": typed("存款"), "g": typed("；"), "h": typed("\u200b", "date"), "i": typed("（元）"),
    "j": typed("存款", "text"), "k": typed("存款（万元）"), "l": typed("存款（元）"),
    **{f"m{at}": typed(f"{at:03}{'长' * 77}", "truth") for at in range(150)},
}  # fmt: skip


def test_the_way_out_that_a_letter_offers_leads_to_an_admission_by_which_the_form_goes_out(
    city: City, bureau: User
) -> None:
    assert bureau.unit
    row = admitted(bureau.unit, columns=COLUMNS, amount=0)
    form = made(bureau, a_sheet(HOSTILE, matter=row.code))
    client, given = signed_in(bureau), {"due": (today() + WEEK).isoformat(), "apart": "各有用处"}
    assert client.post(f"/desk/forms/{form.form_id}/send/", given).status_code == 422
    with system_scope("test"):
        back = Sending.objects.get()
    begun = client.get(reverse("admission_new"), {"sending": back.number}).context["form"]["columns"].value()
    assert begun.splitlines()[0] == "补贴金额（数字，元）"
    assert applied(bureau, columns=begun).status_code == 302
    row = admitted(bureau.unit, columns=read(begun), amount=0)
    again = made(bureau, a_sheet(HOSTILE, matter=row.code, title="又一张"))
    answer = client.post(f"/desk/forms/{again.form_id}/send/", given)
    assert answer.status_code == 302, answer.content.decode()


@pytest.mark.parametrize("door", ["desk", "api", "file"])
def test_a_request_for_data_names_its_columns_at_every_door(city: City, bureau: User, door: str) -> None:
    assert bureau.unit
    row = admitted(bureau.unit, columns=COLUMNS, amount=0)
    ask = {"desk": _at_the_desk, "api": _by_api, "file": _in_a_table}[door]
    extra = [*COLUMNS, {"title": "家庭收入", "kind": "number", "unit": "元"}]
    ask(bureau, row.code, f"{WORDS}\n家庭收入（数字，元）", extra)
    with system_scope("test"):
        back = Sending.objects.get()
    assert (back.state, back.rule, back.channel) == ("returned", "elements", door)
    assert f"{BEYOND}，元）。" in signed_in(bureau).get(reverse("gate_letter", args=[back.number])).content.decode()
    ask(bureau, row.code, WORDS, COLUMNS)
    with system_scope("test"):
        sent = Sending.objects.latest("pk")
        reach = sent.reaches.get()
    assert (sent.state, sent.data["columns"], sent.minutes - back.minutes) == ("sent", COLUMNS, -1)
    page = signed_in(a_person("community_worker", EAST_COMMUNITY)).get(reverse("gate_reach", args=[reach.pk]))
    assert "拟补贴人数（数字，人）" in page.content.decode()


def _at_the_desk(user: User, matter: str, words: str, _columns: Any) -> None:
    given = {
        "kind": "data", "matter": matter, "title": "补贴摸底", "below": text(EAST_COMMUNITY), "level": "5",
        "limit_0": "5", "limit_1": "working_days", "columns": words, "key": str(uuid.uuid4()),
    }  # fmt: skip
    assert signed_in(user).post(reverse("gate_send"), given).status_code == 302


def _by_api(user: User, matter: str, _words: str, columns: Any) -> None:
    body = {"kind": "data", "matter": matter, "title": "补贴摸底", "below": text(EAST_COMMUNITY), "columns": columns}
    client, key = signed_in(user), {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    for wrong in (
        {"title": "坏\u0007", "kind": "number"},
        {"title": "", "kind": "number"},
        {"title": "好", "kind": "图片"},
    ):
        refused = client.post("/api/v1/sendings", {**body, "columns": [wrong]}, content_type="application/json", **key)
        assert refused.status_code == 422
    assert client.post("/api/v1/sendings", body, content_type="application/json", **key).status_code == 201


def _in_a_table(user: User, matter: str, words: str, _columns: Any) -> None:
    heads = (*HEADS, "新填的列")
    row = (matter, "数据", "补贴摸底", "", text(EAST_COMMUNITY), _soon())
    assert "看不懂" in uploaded(user, (*row, "家庭收入"), heads=heads).content.decode()
    uploaded(user, (*row, words), heads=heads)
