"""The same gate from a table, from another system, and around it; and what is counted of it."""

import io
import json
import re
import uuid
import zipfile
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Case
from lifang.domains.gate import figures, letters
from lifang.domains.gate.models import Sending
from lifang.domains.gate.tests.situations import actor, admitted, lawful_task, sent
from lifang.domains.grid.tests.situations import City
from lifang.domains.meter import burden, cleaning
from lifang.domains.meter.measured import Reader
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.codes import span, text
from lifang.ground.files.tests.situations import ODD, odd_zip
from lifang.ground.notices.models import Notice
from tests.situations import CITY, EAST, EAST_COMMUNITY, EAST_STREET, a_person, unit_of

pytestmark = pytest.mark.django_db


def officer(kind: str) -> User:
    return a_person("dept_officer", EAST, unit_of(kind, EAST))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


HEADS = ("事项", "方式", "标题", "要求", "地方", "期限")


def a_table(*rows: tuple[str, ...], heads: tuple[str, ...] = HEADS) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in (heads, *rows):
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("下达.xlsx", out.getvalue())


def uploaded(user: User, *rows: tuple[str, ...], key: str = "", heads: tuple[str, ...] = HEADS) -> Any:
    given = {"file": a_table(*rows, heads=heads), "key": key or str(uuid.uuid4())}
    return signed_in(user).post(reverse("gate_file"), given)


def good(number: int) -> tuple[str, ...]:
    return ("高龄和独居老人巡访", "任务", f"巡访第{number}批", "", "东风1社区", _soon())


def _soon() -> str:
    return f"{today().replace(year=today().year + (today().month == 12), month=today().month % 12 + 1, day=1)}"


def test_many_rows_with_one_wrong_send_nothing_and_name_it(city: City) -> None:
    rows = [good(number) for number in range(200)]
    rows[27] = ("违法建设查处", "任务", "拆违", "", "东风1社区", _soon())
    rows[100] = ("高龄和独居老人巡访", "任务", "巡访", "", "没有这个社区", _soon())
    rows[199] = ("高龄和独居老人巡访", "任务", "巡访", "", "东风1社区", "2020-01-01")
    answer = uploaded(mine := officer("civil_affairs"), *rows)
    assert answer.status_code == 422
    page = answer.content.decode()
    told = dict(re.findall(r'<th scope="row" class="num">(\d+)</th>.*?理由">([^<]+)<', page))
    assert {row: words[:8] for row, words in told.items()} == {
        "29": "「违法建设查处」", "102": "没有找到唯一叫「", "201": "期限要写明天以后",
    }  # fmt: skip
    with system_scope("test"):
        [back] = Sending.objects.all()
    assert (back.state, back.title, back.channel) == ("returned", "拆违", "file")
    assert f'href="{reverse("gate_letter", args=[back.number])}"' in page
    key = answer.context["key"]
    uploaded(mine, *rows, key=key)
    with system_scope("test"):
        assert Sending.objects.count() == 1, "the same row under the same key has one letter"
    for number in (27, 100, 199):
        rows[number] = good(number)
    assert uploaded(mine, *rows, key=key).status_code == 302
    with system_scope("test"):
        assert Sending.objects.filter(state="sent").count() == 200
        assert Case.objects.filter(type="assignment", area=EAST_COMMUNITY).count() == 200


def test_an_approval_named_in_two_rows_sends_neither(city: City) -> None:
    mine, key = officer("fire"), uuid.uuid4()
    with scope_of(mine, "gate.send"):
        case = cleaning.ask(
            actor=actor(mine), what="appraisal", area=EAST, words="消防检查", basis="某条例", key=key
        )  # fmt: skip
    with system_scope("plate.approve"):
        apply(case_id=case.pk, act="approve", version=None, actor=Actor(name="督查"), data={"basis": "同意"})
    heads = ("事项", "方式", "标题", "地方", "期限", "批准文件", "批准单位", "批准文件名称", "批准日期")
    row = ("居民楼院消防隐患排查", "检查、考核", "检查", "东风1社区", _soon(), case.number, "", "", "")
    twice = uploaded(mine, row, row, heads=heads)
    assert twice.status_code == 422
    assert "已经用在" in twice.content.decode()
    with system_scope("test"):
        assert not Sending.objects.exists()
    paper = (*row[:5], "某办〔2026〕3 号", "区政府办公室", "检查方案", "2026/1/5")
    assert uploaded(mine, row, paper, heads=heads).status_code == 302
    with system_scope("test"):
        assert [one.judged["approval"]["of"] for one in Sending.objects.order_by("pk")] == ["case", "paper"]


def test_a_table_names_the_data_that_its_rows_ask_for(city: City) -> None:
    mine, heads = officer("civil_affairs"), (*HEADS, "数据")
    row = ("低保、特困和临时救助对象的入户核对", "数据", "核对", "", "东风1社区", _soon())
    for words, told in (("", "写明要哪些数据项"), ("姓名、存款", "没有这些数据项：存款")):
        answer = uploaded(mine, (*row, words), heads=heads)
        assert answer.status_code == 422
        assert told in answer.content.decode()
    assert uploaded(mine, (*row, "姓名、联系 电话"), heads=heads).status_code == 302
    with system_scope("test"):
        assert Sending.objects.get().data["elements"] == ["name", "phone"]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\xe4\xba\x8b" * 2**21, "超过 5 MB"), ("标题\n".encode() * 3000, "1 到 2000 行"), (None, "解压后超过 50 MB")],
)
def test_a_table_too_large_to_read_while_somebody_waits_is_refused_in_words(
    city: City, content: bytes | None, told: str
) -> None:
    if content is None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("xl/worksheets/sheet1.xml", b" " * (51 * 2**20))
        content = packed.getvalue()
    given = {"file": SimpleUploadedFile("a.xlsx", content), "key": str(uuid.uuid4())}
    answer = signed_in(officer("health")).post(reverse("gate_file"), given)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_table_is_sent_whole_and_once(city: City) -> None:
    mine, key = officer("civil_affairs"), str(uuid.uuid4())
    assert uploaded(mine, *(good(number) for number in range(3)), key=key).status_code == 302
    assert uploaded(mine, *(good(number) for number in range(3)), key=key).status_code == 302
    with system_scope("test"):
        assert Sending.objects.filter(channel="file", state="sent").count() == 3
        assert Case.objects.filter(type="assignment", area=EAST_COMMUNITY).count() == 3


@pytest.mark.parametrize("content", [b"", b"\0\1", "事项,标题\n一,二\n".encode()])
def test_what_is_no_table_of_requests_is_refused_in_words(city: City, content: bytes) -> None:
    given = {"file": SimpleUploadedFile("a.csv", content), "key": str(uuid.uuid4())}
    answer = signed_in(officer("health")).post(reverse("gate_file"), given)
    assert answer.status_code == 422
    assert "is-wrong" in answer.content.decode()


@pytest.mark.parametrize("why", ODD)
def test_a_packed_file_that_nothing_can_unpack_is_refused_in_words(city: City, why: str) -> None:
    given = {"file": SimpleUploadedFile("a.xlsx", odd_zip(why)), "key": str(uuid.uuid4())}
    answer = signed_in(officer("health")).post(reverse("gate_file"), given)
    assert answer.status_code == 422
    assert "打不开这个 Excel 文件" in answer.content.decode()


def test_text_that_begins_like_a_packed_file_is_text(city: City) -> None:
    lines = ("PK编号", *HEADS), ("1", *good(1))
    file = SimpleUploadedFile("下达.csv", "\n".join(map(",".join, lines)).encode())
    answer = signed_in(officer("civil_affairs")).post(reverse("gate_file"), {"file": file, "key": str(uuid.uuid4())})
    assert answer.status_code == 302, answer.content.decode()


def test_another_system_passes_the_same_gate(city: City) -> None:
    client = signed_in(officer("civil_affairs"))
    body = {"kind": "task", "matter": "assist_elder_visit", "title": "冬季巡访", "below": text(EAST)}
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    first = client.post("/api/v1/sendings", body, content_type="application/json", **key)
    again = client.post("/api/v1/sendings", body, content_type="application/json", **key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["state"], first.json()["places"]) == ("sent", 2)
    assert again.json() == first.json()
    body |= {"matter": "gov_illegal_building"}
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    refused = client.post("/api/v1/sendings", body, content_type="application/json", **key).json()
    assert (refused["state"], refused["rule"], refused["task"]) == ("returned", "government", "")
    assert client.get(refused["letter"]).status_code == 200
    assert len(client.get("/api/v1/sendings?state=returned").json()["items"]) == 1


def test_a_letter_reaches_the_sender_and_one_that_cannot_is_shown_and_tried_again(city: City) -> None:
    mine = officer("health")
    returned = sent(mine, title="健康月报")
    _deliver()
    with system_scope("test"):
        assert Notice.objects.get(user=mine).url == reverse("gate_letter", args=[returned.number])
    worker = signed_in(city.people["worker"])
    given = {
        "area": text(EAST_COMMUNITY), "unit": unit_of("culture_tourism", EAST).pk, "channel": "chat", "title": "群里要的广场舞统计",
        "kind": "form", "on": today().isoformat(), "minutes": "", "key": str(uuid.uuid4()),
    }  # fmt: skip
    answer = worker.post(reverse("gate_report"), given)
    assert answer.status_code == 302, answer.content.decode()
    _deliver()
    with system_scope("test"):
        around = Sending.objects.get(rule="around")
    assert (around.letter_at, around.letter_tries) == (None, 1)
    page = worker.get(reverse("gate_letter", args=[around.number])).content.decode()
    assert "还没有送达" in page
    officer("culture_tourism")
    letters.again(0)
    _deliver()
    with system_scope("test"):
        assert Sending.objects.get(pk=around.pk).letter_at


def _deliver() -> None:
    for args in ProcrastinateJob.objects.filter(task_name="gate.letter").values_list("args", flat=True):
        letters.deliver(**args)


def test_the_community_sees_what_is_asked_on_what_basis_and_what_was_kept_away(city: City) -> None:
    sent(officer("civil_affairs"), matter="assist_elder_visit", title="冬季巡访")
    sent(officer("health"), title="健康月报")
    page = signed_in(city.people["worker"]).get(reverse("gate_asked")).content.decode()
    got, kept = page.split("挡下了什么")
    assert "冬季巡访" in got
    assert "清单内的协助事项" in got
    assert "健康月报" in kept
    other = signed_in(city.people["other_street"]).get(reverse("gate_asked")).content.decode()
    assert "冬季巡访" not in other


def test_the_month_s_report_names_who_asks_most_and_how_much_was_admitted(city: City) -> None:
    """S236 The month's report: tasks by department, share admitted, the three departments that ask most."""
    for number in range(3):
        sent(officer("civil_affairs"), matter="assist_elder_visit", title=f"巡访{number}")
    for number in range(2):
        sent(officer("health"), title=f"健康月报{number}")
    sent(officer("health"), matter=admitted(unit_of("health", EAST)).code, title="随访")
    sent(officer("fire"), matter="assist_fire_check", title="排查")
    sent(officer("police"), title="人口月报")
    with scope_of(city.people["dispatcher"], "gate.read"):
        [month] = figures.months(span(CITY), today().replace(day=1), today().replace(year=today().year + 1))
    told = {unit_of("health", EAST).name: (1, 2), unit_of("civil_affairs", EAST).name: (3, 0)}
    assert {one.name: (one.admitted, one.returned) for one in month.top[:2]} == told
    assert len(month.top) == 3
    page = signed_in(city.people["dispatcher"]).get(reverse("gate_figures")).content.decode()
    assert "33%" in page


def test_one_month_has_one_share_of_departments_and_one_count_of_minutes(city: City) -> None:
    """S235 The share of administrative work stands in the meter alone; the gate counts requests, and no own work of a community."""
    sent(officer("civil_affairs"), matter="assist_elder_visit")
    lawful_task(city.people["street"], EAST_STREET)
    sent(city.people["worker"], matter="law_voice", below=EAST_COMMUNITY, level=6, title="听取意见")
    client = signed_in(city.people["dispatcher"])
    page = client.get(reverse("gate_figures"), {"area": EAST_COMMUNITY})
    assert {one.name for one in page.context["units"]} == {
        unit_of("civil_affairs", EAST).name,
        unit_of("street_office", EAST_STREET).name,
    }
    share = burden.share(Reader(EAST_COMMUNITY), *burden.month(today()))
    assert (share.asked, share.own) == (60 + 60, 2 * 60)
    for address in (reverse("gate_figures"), reverse("gate_asked")):
        told = client.get(address, {"area": EAST_COMMUNITY}).content.decode()
        assert not re.search(r"\d (小时|分钟)", told), address
        assert f'href="{reverse("meter")}?area={EAST_COMMUNITY}&amp;month={today():%Y-%m}"' in told, address


def test_a_unit_takes_back_what_it_sent_and_another_does_not(city: City) -> None:
    mine = officer("civil_affairs")
    one = sent(mine, matter="assist_elder_visit")
    address = reverse("gate_withdraw", args=[one.number])
    assert signed_in(officer("health")).post(address, {"reason": "不要"}).status_code == 404
    assert signed_in(mine).post(address, {"reason": ""}).status_code == 422
    assert signed_in(mine).post(address, {"reason": "与别的部门重复"}).status_code == 302
    with system_scope("test"):
        assert Case.objects.get(pk=one.case_id).state == "stopped"
    assert signed_in(mine).post(address, {"reason": "再来"}).status_code == 422


def test_before_it_is_sent_the_page_shows_what_it_would_do(city: City) -> None:
    given = {
        "matter": "高龄和独居老人巡访", "kind": "task", "title": "冬季巡访", "below": text(EAST), "level": "5",
        "limit_0": "3", "limit_1": "working_days", "key": str(uuid.uuid4()), "look": "1",
    }  # fmt: skip
    client = signed_in(officer("civil_affairs"))
    page = client.post(reverse("gate_send"), given).content.decode()
    assert "2 处" in page
    assert "60 分钟" in page
    with system_scope("test"):
        assert not Sending.objects.exists()
    del given["look"]
    assert client.post(reverse("gate_send"), given).status_code == 302


@pytest.mark.parametrize(
    "limit",
    ["inf natural_days", "nan urgent_hours", "1e300 natural_days", "99999999999999 natural_days", "-1 work_hours",
     "0.5 natural_days", "401 working_days"],
)  # fmt: skip
def test_a_limit_that_is_none_is_refused_in_words(city: City, limit: str) -> None:
    client, (amount, unit) = signed_in(officer("civil_affairs")), limit.split()
    given = {
        "matter": "高龄和独居老人巡访", "kind": "task", "title": "冬季巡访", "below": text(EAST), "level": "5",
        "limit_0": amount, "limit_1": unit, "key": str(uuid.uuid4()),
    }  # fmt: skip
    answer = client.post(reverse("gate_send"), given)
    assert answer.status_code == 422
    assert "时限要填数量" in answer.content.decode()
    body = {"kind": "task", "matter": "assist_elder_visit", "title": "冬季巡访", "below": text(EAST)}
    asked = f'{json.dumps(body)[:-1]}, "limit": {{"amount": {amount}, "unit": "{unit}"}}}}'
    headers = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    refused = client.post("/api/v1/sendings", asked, content_type="application/json", **headers)
    assert refused.status_code in (400, 422)
    with system_scope("test"):
        assert not Sending.objects.exists()


@pytest.mark.parametrize(
    ("kind", "given", "told", "way"),
    [
        ("health", {"matter": "没有的事项"}, "提前 20 个工作日提出", "admission_new"),
        ("health", {"matter": "assist_elder_visit"}, "请由事项的责任单位下达", ""),
        ("urban_management", {"matter": "gov_illegal_building"}, "由你单位或者上面写的单位自己办", ""),
        ("police", {"matter": "refuse_kinship", "kind": "certificate"}, "社区不出这个证明", ""),
        ("fire", {"matter": "assist_fire_check", "kind": "inspection"}, "先申请批准", "meter_ask"),
        ("fire", {"matter": "assist_fire_check", "kind": "plate"}, "换成理由里写的方式", "gate_send"),
        ("education", {"emergency": True}, "可以发应急任务的单位", "gate_send"),
    ],
)
def test_a_letter_says_what_to_do_about_its_own_rule(
    city: City, kind: str, given: dict[str, Any], told: str, way: str
) -> None:
    mine = officer(kind)
    back = sent(mine, **given)
    letter = signed_in(mine).get(reverse("gate_letter", args=[back.number])).content.decode()
    panel = letter[letter.index("关于未能下达的复函") :]
    assert told in panel
    for one in ("admission_new", "meter_ask", "gate_send"):
        assert (f'href="{reverse(one)}' in panel) == (one == way), one
