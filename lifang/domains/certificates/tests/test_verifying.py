"""Whoever is shown a certificate asks whether it is good: on line, off line, by its file."""

import base64
import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest
import typst
import zxingcpp
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from PIL import Image

from lifang.domains.certificates import codes, keys, papers
from lifang.domains.certificates.tests.situations import ZHOU, Window
from lifang.ground.access.ranges import today

pytestmark = pytest.mark.django_db


def asked(code: str) -> str:
    answer = Client().get(f"/v/{code}/")
    assert answer.status_code == 200
    return answer.content.decode()


def changed(code: str, old: str, new: str) -> str:
    """The code with one word in it replaced, its signature left as it was."""
    whole = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    return base64.urlsafe_b64encode(whole.replace(old.encode(), new.encode())).rstrip(b"=").decode()


def test_a_good_one_shows_its_number_and_enough_to_compare_with_the_paper(window: Window) -> None:
    """S073 The certificate shows its number when it is verified; of a refused kind the page says who is responsible."""
    made = window.issues()
    page = asked(made.code)
    for word in ("有效", made.number, "居住证明", "周**", "永宁路1****"):
        assert word in page
    for word in (ZHOU, "周建国", "3栋", "501"):
        assert word not in page
    refused = window.client().get("/desk/certificates/kinds/").content.decode()
    assert "居民身份信息证明" in refused
    assert "公安" in refused


def test_the_code_on_paper_is_read_by_a_scanner(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[dict[str, object]] = []
    really = papers.printed
    monkeypatch.setattr(papers, "printed", lambda sheet, data: (drawn.append(data), really(sheet, data))[1])
    made = window.issues()
    picture = typst.compile(
        b'#set page(width: 60mm, height: 60mm)\n#image(bytes(sys.inputs.qr), width: 34mm)',
        format="png", ppi=150, sys_inputs={"qr": str(drawn[0]["qr"])},
    )  # fmt: skip
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert found.text == f"{settings.ORIGIN}/v/{made.code}/"


def test_a_withdrawn_one_says_so_and_since_when(window: Window) -> None:
    made = window.issues()
    window.does(made, "revoke", reason="搬走了")
    page = asked(made.code)
    assert "已撤销" in page
    assert today().isoformat() in page


def test_one_past_its_last_day_says_so(window: Window) -> None:
    made = window.issues(at=timezone.now() - dt.timedelta(days=90))
    assert "已过有效期" in asked(made.code)


def test_a_code_with_another_name_or_a_later_day_is_forged(window: Window) -> None:
    made = window.issues()
    for code in (changed(made.code, "周", "李"), changed(made.code, str(made.until), "2999-12-31")):
        assert code != made.code
        page = asked(code)
        assert "签名不对" in page
        assert made.number not in page


def test_a_signed_code_with_another_wording_is_told_from_what_was_issued(window: Window) -> None:
    made = window.issues()
    code = codes.sign(replace(codes.read(made.code), digest="0" * 32))
    assert "内容与出具的不一致" in asked(code)


def test_a_signed_code_of_a_number_that_was_never_issued_is_unknown(window: Window) -> None:
    day = today()
    code = codes.sign(codes.Signed("261122-999999-9", "居住证明", "某社区", "周*", day, day, "0" * 32))
    assert "没有出具过" in asked(code)


@pytest.mark.parametrize("code", ["x", "AQ", "a" * 3000, "中文"])
def test_what_is_no_code_at_all_was_never_issued(window: Window, code: str) -> None:
    assert "没有出具过" in asked(code)


@pytest.mark.parametrize("content", [b"\0" * 88, b"\1" + b"[" * 1400, b"\1[1,2]", b"\1" + b"9" * 1000, b"\xff\xff"])
def test_what_nobody_signed_is_not_read_at_all(window: Window, content: bytes) -> None:
    window.issues()
    code = base64.urlsafe_b64encode(b"\1" + content + b"\0" * 64).rstrip(b"=").decode()
    assert "签名不对" in asked(code)


def test_codes_are_not_tried_by_the_thousand_from_one_address(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lifang.domains.certificates.pages.public.CODES", 2)
    made = window.issues()
    answers = [Client(REMOTE_ADDR="203.0.113.9").get(f"/v/{made.code}/") for _again in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "过十分钟再扫" in answers[2].content.decode()
    assert "周**" not in answers[2].content.decode()
    assert "在有效期内" in asked(made.code)


def test_who_cannot_scan_types_number_and_check_code(window: Window) -> None:
    made = window.issues()

    def typed(number: str, check: str) -> str:
        return Client().post("/v/", {"number": number, "check_code": check}).content.decode()

    assert "周**" in typed(made.number.replace("-", ""), made.check_code.lower())
    for number, check in ((made.number, "00000000"), ("261122-000001-1", made.check_code), ("\0", "\0"), ("", "")):
        assert "周**" not in typed(number, check)


def test_codes_of_an_earlier_key_stay_good(window: Window) -> None:
    made = window.issues()
    number = keys.make_code_key()
    later = window.issues()
    assert codes.read(later.code).number == later.number
    assert base64.urlsafe_b64decode(later.code[:4])[1] == number
    for code in (made.code, later.code):
        assert "在有效期内" in asked(code)


def told(path: Path) -> str:
    out = io.StringIO()
    call_command("certificate", "verify", str(path), stdout=out)
    return out.getvalue()


def test_the_file_is_verified_without_asking_anybody(window: Window, tmp_path: Path) -> None:
    made, path = window.issues(), tmp_path / "a.pdf"
    path.write_bytes(window.pdf(made))
    said = told(path)
    assert "签名完好" in said
    assert made.number in said


def test_a_file_that_was_altered_or_signed_by_another_is_refused(window: Window, tmp_path: Path) -> None:
    made, path = window.issues(), tmp_path / "a.pdf"
    good = window.pdf(made)
    spoilt = bytearray(good)
    spoilt[len(good) // 3] ^= 1
    for content in (bytes(spoilt), good + b"\n%more", b"%PDF-1.7\n", b"", good[:5000]):
        path.write_bytes(content)
        with pytest.raises(CommandError):
            told(path)
    path.write_bytes(good)
    keys.seal_file().unlink()
    with pytest.raises(CommandError, match="不是本平台"):
        told(path)


def test_a_seal_that_was_replaced_is_still_believed_for_what_it_sealed(window: Window, tmp_path: Path) -> None:
    made, path = window.issues(), tmp_path / "a.pdf"
    path.write_bytes(window.pdf(made))
    call_command("certificate", "seal", "--new")
    assert "签名完好" in told(path)
    later = tmp_path / "b.pdf"
    later.write_bytes(window.pdf(window.issues()))
    assert "签名完好" in told(later)
