"""A resident comes to the counter for a certificate, and leaves with it or with the right slip."""

import html
import re
import uuid

from django.test import Client

from lifang.domains.counter.tests.situations import DESK, EAST_COMMUNITY, Hall, born, browser, row
from lifang.ground.access.scope import system_scope
from lifang.ground.notices.models import Notice
from tests.situations import EAST_COMMUNITY_2, a_person


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return html.unescape(answer.content.decode())


def links(text: str, start: str) -> list[str]:
    return [one for one in re.findall(r'href="([^"]+)"', text) if one.startswith(start)]


def test_for_what_is_not_listed_the_right_slip_is_two_clicks_from_the_resident(hall: Hall) -> None:
    """S014: request for an unlisted kind is answered with who must issue it instead."""
    hall.ward.knows(row("周建国", born(81)))
    here = f"{DESK}?area={EAST_COMMUNITY}&person={hall.person('周建国').pk}"
    [form] = links(page(hall.desk, here), "/desk/certificates/unlisted/")
    assert "周建国" in page(hall.desk, form)
    typed = {"kind": "refuse_alive", "body": hall.back.unit.name, "purpose": "领年金", "key": uuid.uuid4()}  # type: ignore[union-attr]
    answer = hall.desk.post(form, typed)
    assert answer.status_code == 302
    slip = page(hall.desk, answer["Location"])
    for words in (
        "您要的「健在证明」，社区不能出具",
        "人力资源",
        "用数据比对或手机认证",
        "指导意见",
        hall.back.unit.name,
    ):  # type: ignore[union-attr]
        assert words in slip
    assert "周建国" not in slip
    assert [here] == links(slip, DESK + "?")
    assert "健在证明" in page(hall.desk, here)
    [letter] = links(slip, "/desk/certificates/2")[-1:]
    assert "已送达" in page(hall.desk, letter)
    received_by_the_bureau(hall)


def received_by_the_bureau(hall: Hall) -> None:
    with system_scope("test"):
        notice = Notice.objects.get(user=hall.back)
    assert "健在证明" in notice.title
    letter = page(browser(hall.back), notice.url)
    assert "按《关于改进和规范基层群众性自治组织出具证明工作的指导意见》" in letter
    assert "周建国" not in letter
    for stranger in (a_person("dept_officer", EAST_COMMUNITY_2), a_person("street_desk", EAST_COMMUNITY_2)):
        assert browser(stranger).get(notice.url).status_code == 404


def test_for_what_is_listed_the_certificate_is_two_clicks_from_the_resident(hall: Hall) -> None:
    hall.ward.knows(row("周建国", born(81)))
    here = f"{DESK}?area={EAST_COMMUNITY}&person={hall.person('周建国').pk}"
    [form] = [one for one in links(page(hall.desk, here), "/desk/certificates/new/") if "certify_residence" in one]
    assert "永宁路12" in page(hall.desk, form)
    typed = {
        "purpose": "办水表过户", "copies": "1", "channel": "counter", "consent": "self", "go": "issue", "key": uuid.uuid4(),
        "way_name": "register", "way_number": "register", "way_address": "register",
    }  # fmt: skip
    answer = hall.desk.post(form, typed)
    assert answer.status_code == 302, answer.content.decode()
    made = page(hall.desk, answer["Location"])
    assert "已出具" in made
    assert here in links(made, DESK)
    shown = page(hall.desk, here)
    assert answer["Location"] in links(shown, "/desk/certificates/2")


def test_without_a_person_the_counter_leads_to_certificates_too(hall: Hall) -> None:
    shown = page(hall.desk, DESK)
    assert f"/desk/certificates/unlisted/?area={EAST_COMMUNITY}" in links(shown, "/desk/certificates/")
    assert f"/desk/certificates/new/?area={EAST_COMMUNITY}&kind=certify_residence" in links(
        shown, "/desk/certificates/"
    )
