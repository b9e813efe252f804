"""The worker's and the resident's pages, as somebody goes through them."""

import html
import re
import uuid
from typing import Any

import pytest
from django.test import Client

from lifang.blocks.cases.models import Case
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import LIN
from lifang.domains.certificates.asking import said_by
from lifang.domains.certificates.models import Certificate, Letter
from lifang.domains.certificates.tests.situations import AWAY, CHILD, GONE, PEOPLE, RESIDENCE, ZHOU, Window
from lifang.ground.access.scope import system_scope
from lifang.ground.notices.models import Notice
from lifang.ground.trail.models import Entry
from tests.situations import EAST, EAST_COMMUNITY, EAST_GRID, WEST, a_person, unit_of

pytestmark = pytest.mark.django_db
NEW = "/desk/certificates/new/"
TYPED = {"purpose": "办水表过户", "copies": "1", "channel": "counter", "consent": "self"}
OF_GONE = made_up("99010119400101003")
FROM_HOME = {
    "kind": RESIDENCE, "name": "周建国", "number": ZHOU, "phone": "13800010001", "purpose": "孩子入学", "copies": "1",
    "consent": "self",
}  # fmt: skip
FOUND = {"way_name": "register", "way_number": "register", "way_address": "register"}


def shown(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()
    return html.unescape(answer.content.decode())


def newest() -> Certificate:
    with system_scope("test"):
        return Certificate.objects.select_related("case", "letter__unit").latest("pk")


def test_a_worker_finds_the_person_sees_where_each_fact_comes_from_and_issues_at_once(window: Window) -> None:
    client, zhou = window.client(), window.persons["周建国"]
    found = shown(client.post(f"{NEW}?kind={RESIDENCE}", {"q": ZHOU}))
    assert f"?person={zhou}&kind={RESIDENCE}" in found
    page = shown(client.get(f"{NEW}?person={zhou}&kind={RESIDENCE}"))
    assert "police，2026-06-01 的数据" in page
    assert ZHOU not in page
    assert f"{ZHOU[:2]}**************{ZHOU[-2:]}" in page
    answer = client.post(
        f"{NEW}?person={zhou}&kind={RESIDENCE}", {**TYPED, **FOUND, "go": "issue", "key": uuid.uuid4()}
    )
    assert answer.status_code == 302
    made = newest()
    assert answer["Location"] == f"/desk/certificates/{made.number}/"
    assert made.case.state == "issued"
    assert client.get(f"/desk/certificates/{made.number}/papers/{window.printings(made)[0].pk}/")["Content-Type"] == (
        "application/pdf"
    )


def test_numbers_and_a_childs_home_are_not_opened_by_an_address_typed_into_the_browser(window: Window) -> None:
    for name in ("周建国", CHILD):
        with system_scope("test"):
            Person.objects.filter(pk=window.persons[name]).update(area=EAST_GRID)
    child = PEOPLE[1][1]
    address = f"{NEW}?person={window.persons[CHILD]}&kind={RESIDENCE}"
    grid_worker = window.client(a_person("grid_worker", EAST_GRID))
    page = shown(grid_worker.get(address))
    assert "（儿童，受保护）" in page
    for word in (child, child[-4:], "501室"):
        assert word not in page
    assert "501室" in shown(window.client().get(address))
    assert child not in shown(window.client().get(address))
    assert ZHOU not in shown(grid_worker.get(f"{NEW}?person={window.persons['周建国']}&kind={RESIDENCE}"))


def test_on_a_demand_the_number_is_whole_with_what_it_is_for_in_the_trail_but_not_a_childs(window: Window) -> None:
    mine = window.asks()
    childs = window.asks(CHILD, consent="guardian", proxy="周建国", relation="祖父")
    with system_scope("test"):
        Certificate.objects.update(area=EAST_GRID)
        Case.objects.update(area=EAST_GRID)
    grid_worker = window.client(a_person("grid_worker", EAST_GRID))
    assert ZHOU not in shown(grid_worker.get(f"/desk/certificates/{mine.number}/"))
    assert ZHOU in shown(window.client().get(f"/desk/certificates/{mine.number}/"))
    with system_scope("test"):
        assert Entry.objects.filter(what="certificate.read").latest("pk").data["purpose"] == "居住证明，用于办水表过户"
    for goes_on in (lambda: window.checks(childs), lambda: None):
        page = shown(grid_worker.get(f"/desk/certificates/{childs.number}/"))
        assert PEOPLE[1][1] not in page
        assert "501室" not in page
        assert PEOPLE[1][1] in shown(window.client().get(f"/desk/certificates/{childs.number}/"))
        goes_on()


def test_what_is_missing_is_said_and_what_was_typed_is_there(window: Window) -> None:
    address = f"{NEW}?person={window.persons['周建国']}&kind=certify_lease"
    typed = {
        **TYPED,
        "purpose": "办居住登记",
        "way_address": "visit",
        "value_address": "永宁路9号",
        "way_lease": "paper",
        "go": "issue",
    }
    page = shown(window.client().post(address, typed), 422)
    assert "「租住地址」是上门核实的，请写明谁去的" in page
    assert 'value="永宁路9号"' in page
    assert 'value="办居住登记"' in page
    with system_scope("test"):
        assert not Certificate.objects.exists()


def test_what_is_taken_down_is_checked_later_by_the_grid_worker_and_issued_by_the_community(window: Window) -> None:
    client, zhou = window.client(), window.persons["周建国"]
    client.post(f"{NEW}?person={zhou}&kind=certify_care_facts", {**TYPED, "go": "keep"})
    made = newest()
    page = f"/desk/certificates/{made.number}/"
    noted = {**FOUND, "way_care": "visit", "value_care": "独居，女儿常来", "seen_care": "今天上门"}
    assert client.post(page, {**noted, "act": "check", "version": "1"}).status_code == 302
    assert client.post(page, {"act": "issue", "version": "2", "copies": "2"}).status_code == 302
    assert newest().case.state == "issued"
    assert "独居，女儿常来" in shown(client.get(page))


@pytest.mark.parametrize("who", [GONE, CHILD, AWAY])
def test_for_whom_nothing_can_be_issued_the_page_says_why_and_what_to_do(window: Window, who: str) -> None:
    client, address = window.client(), f"{NEW}?person={window.persons[who]}&kind={RESIDENCE}"
    if who == AWAY:
        assert client.get(address).status_code == 404
        assert "此人登记住在东街街道东风2社区" in shown(client.post(NEW, {"q": LIN}))
    elif who == GONE:
        assert "去世" in shown(client.get(address))
        assert "/desk/certificates/unlisted/" in shown(client.get(address))
    else:
        assert "监护人" in shown(client.post(address, {**TYPED, **FOUND, "go": "issue"}), 422)


def test_a_demand_for_an_unlisted_one_is_answered_with_who_must_issue_it(window: Window) -> None:
    """S014 A demand for an unlisted kind is answered with a slip: who must issue it instead, and by which rule."""
    client = window.client()
    typed = {"kind": "refuse_alive", "body": "某人寿保险公司", "purpose": "领年金", "name": "老周"}
    slip = shown(client.post("/desk/certificates/unlisted/", typed, follow=True))
    for word in ("健在证明", "人力资源", "用数据比对或手机认证", "指导意见", "某人寿保险公司"):
        assert word in slip
    refused = newest()
    assert refused.case.state == "refused"
    letter = shown(client.get(f"/desk/certificates/{refused.number}/letter/"))
    assert "某人寿保险公司" in letter
    assert "老周" not in letter
    other = {"title": "网购收货证明", "purpose": "领包裹", "body": "某快递"}
    assert "要证明的单位" in shown(client.post("/desk/certificates/unlisted/", other, follow=True))
    month = shown(client.get("/desk/certificates/month/"))
    assert re.search("健在证明.*某人寿保险公司", month, re.S)
    assert re.search("网购收货证明.*某快递", month, re.S)


def test_a_listed_one_is_not_refused_as_unlisted_and_an_unnamed_one_is_asked_for(window: Window) -> None:
    client = window.client()
    assert "请写明要的是什么证明" in shown(client.post("/desk/certificates/unlisted/", {"purpose": "不知道"}), 422)
    typed = {"title": "居住证明", "purpose": "入学", "body": "某小学"}
    assert "在可以出具的清单上" in shown(client.post("/desk/certificates/unlisted/", typed), 422)
    with system_scope("test"):
        assert not Certificate.objects.exists()


def test_a_body_on_the_platform_gets_the_letter_at_once_and_others_on_paper(window: Window) -> None:
    bureau = unit_of("civil_affairs", EAST)
    officer, client = a_person("dept_officer", EAST, bureau), window.client()
    other = a_person("dept_officer", WEST, unit_of("civil_affairs", WEST))
    asked = {"kind": "refuse_alive", "purpose": "领年金"}
    client.post("/desk/certificates/unlisted/", {**asked, "body": bureau.name})
    delivered = newest().letter
    assert (delivered.state, delivered.way, delivered.unit) == ("delivered", "notice", bureau)
    with system_scope("test"):
        notice = Notice.objects.get(user=officer)
    address = f"/desk/certificates/letters/{delivered.pk}/"
    assert notice.url == address
    assert "请贵单位今后不再要居民" in shown(window.client(officer).get(address))
    listed = shown(window.client(officer).get("/desk/certificates/letters/"))
    assert f'href="{address}"' in listed
    assert "有居民说贵单位要其到社区开具「健在证明」" in listed
    assert 'href="/desk/certificates/letters/"' in shown(window.client(officer).get("/desk/"))
    assert window.client(officer).get("/desk/certificates/").status_code in (403, 404)
    told = {"state": "delivered", "way": "notice", "on": "2026-06-01"}
    client.post("/desk/certificates/unlisted/", {**asked, "body": unit_of("police", EAST).name})
    nobody_reads = newest().letter
    assert (nobody_reads.state, nobody_reads.unit.kind) == ("written", "police")
    shown(client.post(f"/desk/certificates/{newest().number}/letter/", told), 422)
    client.post("/desk/certificates/unlisted/", {**asked, "body": "某快递"})
    assert (newest().letter.state, newest().letter.unit) == ("written", None)
    assert window.client(officer).get(f"/desk/certificates/letters/{nobody_reads.pk}/").status_code == 404
    listed = shown(window.client(officer).get("/desk/certificates/letters/"))
    assert re.findall(r"/letters/(\d+)/", listed) == [str(delivered.pk)]
    assert not re.findall(r"/letters/(\d+)/", shown(window.client(other).get("/desk/certificates/letters/")))


def test_a_letter_that_cannot_be_delivered_says_why_and_may_be_sent_again(window: Window) -> None:
    client = window.client()
    client.post("/desk/certificates/unlisted/", {"kind": "refuse_kinship", "body": "某银行", "purpose": "取款"})
    number = newest().number

    def told(state: str, status: int, **more: str) -> str:
        given = {"state": state, "way": "post", "on": "2026-06-01", "note": "", **more}
        return shown(client.post(f"/desk/certificates/{number}/letter/", given, follow=True), status)

    told("returned", 422, note="没有这个地址")
    told("sent", 200)
    assert "写明原因" in told("returned", 422)
    assert "没有这个地址" in told("returned", 200, note="没有这个地址")
    told("sent", 200)
    told("delivered", 200)
    with system_scope("test"):
        assert Letter.objects.get(certificate__number=number).state == "delivered"


def test_a_resident_asks_on_a_phone_without_an_account_and_follows_it(window: Window) -> None:
    client = Client()
    assert "东风1社区" in shown(client.get("/certificates/", {"q": "东风1"}))
    address = f"/certificates/?community={EAST_COMMUNITY}"
    typed = {
        "kind": RESIDENCE, "name": "周建国", "number": ZHOU, "phone": "13800010001", "purpose": "孩子入学", "copies": "1",
        "consent": "self", "key": str(uuid.uuid4()),
    }  # fmt: skip
    answer = client.post(address, typed)
    assert answer.status_code == 302
    made = newest()
    assert (made.channel, made.person, made.case.state) == ("web", window.persons["周建国"], "asked")
    assert made.number in shown(client.get(answer["Location"]))
    assert ZHOU not in shown(client.get(answer["Location"]))
    client.post(address, typed)
    assert newest().pk == made.pk
    track = answer["Location"].removesuffix("slip/")
    assert "正在核实" in shown(client.get(track))
    page = shown(window.client().get(f"/desk/certificates/{made.number}/"))
    assert "周建国" in page


def test_a_number_with_blanks_and_of_full_width_is_read_and_stands_masked_at_the_desk(window: Window) -> None:
    address = f"/certificates/?community={EAST_COMMUNITY}"
    wide = "".join(chr(ord(one) + 0xFEE0) for one in ZHOU)
    typed = {**FROM_HOME, "number": f"{wide[:6]} {wide[6:14]} {wide[14:]}"}
    assert Client().post(address, typed).status_code == 302
    made = newest()
    assert made.person == window.persons["周建国"]
    page = shown(window.client().get(f"/desk/certificates/{made.number}/"))
    assert f'申请时写的号码</dt><dd class="num">{ZHOU[:2]}**************{ZHOU[-2:]}</dd>' in page


@pytest.mark.parametrize(
    ("number", "why"),
    [("1", "18 位"), ("abc", "18 位"), (ZHOU[:-1] + str((int(ZHOU[-1]) + 1) % 10), "校验"), (f"{ZHOU}12", "18 位"), ("\u200b", "请填写「身份证号」。")],
)  # fmt: skip
def test_a_number_that_cannot_be_right_is_refused_with_the_reason_and_kept(
    window: Window, number: str, why: str
) -> None:
    page = shown(Client().post(f"/certificates/?community={EAST_COMMUNITY}", {**FROM_HOME, "number": number}), 422)
    assert why in page
    assert f'value="{number}"' in page
    control = re.search(r'<input[^>]*name="number"[^>]*>', page)
    assert control
    assert "maxlength" not in control[0], "what is pasted is not cut"


def test_back_and_sent_again_leads_to_the_first_receipt_while_it_stands(window: Window) -> None:
    browser, elsewhere = Client(), Client()

    def sends(client: Client = browser, **typed: str) -> str:
        sent = {**FROM_HOME, "key": str(uuid.uuid4()), **typed}
        return str(client.post(f"/certificates/?community={EAST_COMMUNITY}", sent)["Location"])

    first = sends()
    made = newest()
    assert sends() == first
    assert newest().pk == made.pk
    assert sends(elsewhere) != first, "a receipt is for whoever sent the form"
    for other in ({"purpose": "贷款"}, {"phone": "13800010002"}, {"name": "周建军"}):
        last = sends()
        assert sends(**other) != last
    last, made = sends(), newest()
    assert sends() == last
    window.does(made, "refuse", function="certificate.check", reason="材料不对", way="请到派出所")
    assert sends() != last


def test_who_asks_for_somebody_else_is_asked_for_only_then(window: Window) -> None:
    page = shown(Client().get(f"/certificates/?community={EAST_COMMUNITY}"))
    for name in ("proxy", "relation"):
        control = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
        assert control
        assert 'data-when="consent=guardian"' in control[0]
    assert "lifang/when" in page
    hidden = {**FROM_HOME, "proxy": "周小国", "relation": "儿子"}
    assert Client().post(f"/certificates/?community={EAST_COMMUNITY}", hidden).status_code == 302
    with system_scope("test"):
        assert said_by(newest()) == {"name": "周建国", "number": ZHOU}


def test_whether_somebody_is_on_record_is_not_said_to_whoever_asks(window: Window) -> None:
    client, address = Client(), f"/certificates/?community={EAST_COMMUNITY}"
    typed = {"kind": RESIDENCE, "phone": "13800010001", "purpose": "入学", "copies": "1", "consent": "self"}
    for name, number in (("周建国", ZHOU), ("李四", ZHOU), ("查无此人", made_up("99010119900101001")), (GONE, OF_GONE)):
        assert client.post(address, {**typed, "name": name, "number": number}).status_code == 302
    with system_scope("test"):
        assert sorted(Certificate.objects.values_list("person", flat=True), key=bool) == [
            None, None, None, window.persons["周建国"]
        ]  # fmt: skip


def test_the_receipt_says_the_same_whether_somebody_is_on_record_or_not(window: Window) -> None:
    with system_scope("test"):
        Person.objects.filter(pk=window.persons["周建国"]).update(area=EAST_GRID)
    client, told = Client(), []
    for number in (ZHOU, made_up("99010119900101001")):
        typed = {
            "kind": RESIDENCE, "name": "周建国", "number": number, "phone": "13800010001", "purpose": "入学", "copies": "1",
            "consent": "self",
        }  # fmt: skip
        slip = client.post(f"/certificates/?community={EAST_COMMUNITY}", typed)["Location"]
        made, pages = newest(), [shown(client.get(slip)), shown(client.get(slip.removesuffix("slip/")))]
        assert (made.area == EAST_GRID) == (number == ZHOU)
        places = [re.search(r"<dt>地点</dt>\s*<dd>(.*?)</dd>", page, re.S) for page in pages]
        told.append([found and found[1] for found in places])
    assert told[0] == told[1]
    assert all(place and place.endswith("东风1社区") for place in told[0])


def test_somebody_of_another_number_is_not_tried_as_the_applicant_without_a_row(window: Window) -> None:
    typed = {
        "kind": RESIDENCE, "name": "周建国国", "number": ZHOU, "phone": "1", "purpose": "入学", "copies": "1", "consent": "self",
    }  # fmt: skip
    Client().post(f"/certificates/?community={EAST_COMMUNITY}", typed)
    made = newest()
    for who in (AWAY, GONE, CHILD):
        tried = {"act": "name", "person": str(window.persons[who]), "version": "1"}
        page = shown(window.client().post(f"/desk/certificates/{made.number}/", tried), 422)
        for word in ("东风2社区", "2026-03-02", "2026年3月2日", "监护人代办"):
            assert word not in page
        with system_scope("test"):
            row = Entry.objects.get(what="certificate.misnamed", object_id=str(window.persons[who]))
        assert (row.user_id, row.kind, row.data["purpose"]) == (window.worker.pk, "resident", "居住证明")
    assert newest().person is None


def test_a_demand_of_nobody_known_waits_until_somebody_says_who_it_is(window: Window) -> None:
    typed = {
        "kind": RESIDENCE,
        "name": "周建国国",
        "number": ZHOU,
        "phone": "1",
        "purpose": "入学",
        "copies": "1",
        "consent": "self",
    }
    Client().post(f"/certificates/?community={EAST_COMMUNITY}", typed)
    with system_scope("test"):
        Person.objects.filter(pk=window.persons["周建国"]).update(area=EAST_GRID)
    made, client = newest(), window.client()
    page = f"/desk/certificates/{made.number}/"
    assert "姓名不一致" in shown(client.get(page))
    client.post(page, {"act": "name", "person": str(window.persons["周建国"]), "version": "1"})
    named = newest()
    assert named.person == window.persons["周建国"]
    assert (made.area, named.area, named.case.area) == (EAST_COMMUNITY, EAST_GRID, EAST_GRID)
    grid_worker = window.client(a_person("grid_worker", EAST_GRID))
    assert made.number in shown(grid_worker.get("/desk/certificates/"))
    assert client.post(page, {**FOUND, "act": "check", "version": "1"}).status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"copies": "9"}, {"copies": "-1"}, {"copies": "x"}, {"kind": "refuse_alive"}, {"name": ""}, {"purpose": "a" * 101},
        {"consent": "guardian"}, {"number": "\u200b\u202e"}, {"key": "no"},
    ],
)  # fmt: skip
def test_nothing_typed_on_the_phone_page_breaks_it(window: Window, typed: dict[str, str]) -> None:
    good = {
        "kind": RESIDENCE,
        "name": "周建国",
        "number": ZHOU,
        "phone": "1",
        "purpose": "入学",
        "copies": "1",
        "consent": "self",
    }
    answer = Client().post(f"/certificates/?community={EAST_COMMUNITY}", {**good, **typed})
    assert answer.status_code in (302, 400, 422)
    if answer.status_code == 422 and typed.get("name") != "":
        assert "周建国" in shown(answer, 422)


def test_the_grid_worker_checks_in_their_grid_and_does_not_issue(window: Window) -> None:
    made = window.asks()
    with system_scope("test"):
        Certificate.objects.filter(pk=made.pk).update(area=EAST_GRID)
        type(made.case).objects.filter(pk=made.pk).update(area=EAST_GRID)
    client = window.client(a_person("grid_worker", EAST_GRID))
    page = f"/desk/certificates/{made.number}/"
    assert client.post(page, {**FOUND, "act": "check", "version": "1"}).status_code == 302
    assert client.post(page, {"act": "issue", "version": "2", "copies": "1"}).status_code == 422
    assert newest().case.state == "checked"


def test_withdrawing_asks_for_a_reason_and_is_for_good(window: Window) -> None:
    made, client = window.issues(), window.client()
    page = f"/desk/certificates/{made.number}/"
    version = str(made.case.version)
    assert "理由" in shown(client.post(page, {"act": "revoke", "version": version}), 422)
    assert client.post(page, {"act": "revoke", "version": version, "reason": "搬走了"}).status_code == 302
    again = {"act": "reprint", "version": str(newest().case.version), "copies": "1"}
    assert "已撤销" in shown(client.post(page, again), 422)


def test_the_list_is_narrowed_and_the_month_adds_up(window: Window) -> None:
    issued, waiting = window.issues(copies=2, body="自来水公司"), window.asks(kind="certify_lease", body="派出所")
    client = window.client()

    def listed(**asked: str) -> set[str]:
        page = shown(client.get("/desk/certificates/", asked))
        return {one.number for one in (issued, waiting) if one.number in page}

    assert listed() == {issued.number, waiting.number}
    assert listed(state="issued") == {issued.number}
    assert listed(kind="certify_lease") == {waiting.number}
    assert listed(body="派出") == {waiting.number}
    assert listed(number=issued.number.replace("-", "")) == {issued.number}
    assert listed(state="nonsense", page="99") == {issued.number, waiting.number}
    month = shown(client.get("/desk/certificates/month/"))
    total = re.search(r"合计</th>(.*?)</tr>", month, re.S)
    assert total is not None
    assert re.findall(r">(\d+)<", total[1]) == ["2", "1", "0", "1", "0", "0", "0", "0", "2"]
    assert shown(client.get("/desk/certificates/month/?month=1900-01"))
    assert shown(client.get("/desk/certificates/month/?month=x"))


def test_the_page_of_all_cases_leads_to_the_certificates_own_where_everything_is_done(window: Window) -> None:
    made, client = window.issues(), window.client()
    page = shown(client.get(f"/desk/events/{made.number}/"))
    assert f'href="/desk/certificates/{made.number}/"' in page
    assert "现在可以办理" not in page
    assert "这里没有这一层网格" not in page
    history = page.split("办理经过")[1].split("</section>")[0]
    assert "上报" not in history
    assert "申请" in history
    asked = window.asks()
    assert "现在可以办理" not in shown(client.get(f"/desk/events/{asked.number}/"))
    own = f"/desk/certificates/{asked.number}/"
    assert 'value="add_note"' in shown(client.get(own))
    assert client.post(own, {"act": "add_note", "version": "1", "note": "下午再来取"}).status_code == 302
    assert "下午再来取" in shown(client.get(own))


def test_a_certificate_does_not_expire_before_its_last_day_is_over(window: Window) -> None:
    made = window.issues()
    sent = {"act": "expire", "version": str(made.case.version), "key": ""}
    assert "还没有到期" in shown(window.client().post(f"/desk/events/{made.number}/", sent), 422)
    with system_scope("test"):
        assert Case.objects.get(pk=made.pk).state == "issued"


def test_the_list_says_how_many_its_document_names_and_how_many_are_loaded(window: Window) -> None:
    page = shown(window.client().get("/desk/certificates/kinds/"))
    assert re.search(
        "《关于进一步开展社区减负增效工作的实施意见》（洪民发.*写明社区可以出具的证明 20 项，已录 0 项", page
    )
    assert "不得要求社区出具的证明 20 项，已录" not in page


def test_each_listed_kind_is_issued_on_one_page_and_verified_by_its_code(window: Window) -> None:
    client, zhou = window.client(), window.persons["周建国"]
    listed = re.findall(r"/desk/certificates/kinds/(\w+)/form/", shown(client.get("/desk/certificates/kinds/")))
    assert len(listed) >= 6
    for serial, kind in enumerate(listed, start=1):
        page = shown(client.get(f"{NEW}?person={zhou}&kind={kind}"))
        typed = {**TYPED, "go": "issue", "key": str(uuid.uuid4())}
        for name, options in re.findall(r'name="way_(\w+)">(.*?)</select>', page, re.S):
            way = re.findall(r'value="(\w+)"', options)[0]
            typed |= {f"way_{name}": way, f"value_{name}": "永宁路9号", f"seen_{name}": "老王、老李六月一日"}
        answer = client.post(f"{NEW}?person={zhou}&kind={kind}", typed)
        assert answer.status_code == 302, html.unescape(answer.content.decode())
        made = newest()
        assert (made.kind, made.case.state, window.seals()[-1][0]) == (kind, "issued", serial)
        assert window.pdf(made).startswith(b"%PDF")
        assert made.number in shown(Client().get(f"/v/{made.code}/"))
