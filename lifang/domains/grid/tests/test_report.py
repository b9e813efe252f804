"""Residents report without an account, without JavaScript, and lose nothing on the way."""

import io
import re
import uuid
from typing import Any

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from lifang.blocks.cases.models import Act, Case, Photo, Voice
from lifang.domains.grid.tests.situations import City
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.models import Area
from lifang.ground.files import store
from tests.situations import CITY, EAST_COMMUNITY, EAST_GRID, EAST_STREET, IN_EAST_GRID, OUTSIDE

pytestmark = pytest.mark.django_db

WORDS = "3栋楼下垃圾桶满了，三天没人收"
LON, LAT = IN_EAST_GRID


def a_report(**changes: Any) -> dict[str, Any]:
    """All that a resident has given when pressing the last button."""
    full = {
        "key": str(uuid.uuid4()), "step": "check", "go": "send", "text": WORDS, "category": "06042",
        "place_text": "东风1社区3栋", "lon": LON, "lat": LAT,
    }  # fmt: skip
    return {name: value for name, value in (full | changes).items() if value is not None}


def send(client: Client, **changes: Any) -> Any:
    return client.post("/report/", a_report(**changes))


def cases() -> list[Case]:
    with system_scope("test"):
        return list(Case.objects.order_by("id"))


def hidden(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)


def a_picture(colour: str = "red", side: int = 60, form: str = "JPEG", **save: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, form, **save)
    return out.getvalue()


def an_upload(name: str = "a.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_picture() if data is None else data)


def test_a_text_that_is_too_long_is_kept_whole_and_the_resident_is_told_how_long_it_is(
    city: City, client: Client
) -> None:
    assert "maxlength" not in client.get("/report/").content.decode().partition("<textarea")[2].partition(">")[0]
    answer = client.post("/report/", {"step": "what", "text": "长" * 3000})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "写了 3000 个字，最多 2000 个字" in page
    assert "长" * 3000 in page


def test_the_front_door_needs_no_account_and_names_the_city(city: City, client: Client) -> None:
    page = client.get("/").content.decode()
    assert "南昌市" in page
    assert {"/report/", "/track/"} <= set(re.findall(r'href="([^"]+)"', page))


def test_four_pages_lead_from_words_to_a_number(city: City, client: Client) -> None:
    first = client.get("/report/").content.decode()
    (key,) = hidden(first, "key")
    kind = client.post("/report/", {"key": key, "step": "what", "go": "next", "text": WORDS}).content.decode()
    assert "垃圾站（箱）满溢" in kind
    where = {"key": key, "text": WORDS, "category": "06042"}
    page = client.post("/report/", where | {"step": "kind", "go": "next"}).content.decode()
    assert hidden(page, "text") == [WORDS]
    given = where | {"place_text": "3栋", "lon": LON, "lat": LAT}
    check = client.post("/report/", given | {"step": "where", "go": "next"}).content.decode()
    assert "东湖区东街街道东风1社区东风1社区第一网格" in check
    assert "360102环境卫生" in check
    assert "依据" in check
    sent = client.post("/report/", given | {"step": "check", "go": "send"})
    assert sent.status_code == 302
    (case,) = cases()
    assert (case.area, case.category, case.source, case.state) == (EAST_GRID, "06042", "web", "reported")
    slip = client.get(sent.url).content.decode()
    for told in (case.number, "360102环境卫生", "个工作时", "依据", "<svg", "预计办好"):
        assert told in slip


def test_a_report_costs_few_queries(city: City, client: Client, django_assert_max_num_queries: Any) -> None:
    send(client, text="先来一件，好让序号和名称都读过")
    with django_assert_max_num_queries(16):
        assert send(client).status_code == 302


def test_a_double_tap_changes_nothing(city: City, client: Client) -> None:
    given = a_report()
    first, second = client.post("/report/", given), client.post("/report/", given)
    assert first.url == second.url
    assert len(cases()) == 1


def test_the_same_form_with_other_words_is_another_report(city: City, client: Client) -> None:
    given = a_report()
    first = client.post("/report/", given)
    second = client.post("/report/", given | {"text": "还有，路灯也不亮", "category": "01037"})
    assert first.url != second.url
    assert len(cases()) == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": ""}, "请写一写看到的情况"),
        ({"text": "x" * 2001}, "2000"),
        ({"category": None}, "请选一项最接近的"),
        ({"place_text": "", "lon": None, "lat": None}, "请写出地点"),
        ({"lon": "abc", "lat": "1"}, "位置没有取到"),
        ({"lon": "nan", "lat": "inf"}, "位置没有取到"),
        ({"lon": "500", "lat": "28"}, "位置没有取到"),
        ({"place_text": "长" * 201}, "200"),
        ({"phone": "请来找我"}, "电话要填"),
        ({"wants_answer": "on"}, "请留电话"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    city: City, client: Client, wrong: dict[str, Any], words: str
) -> None:
    answer = send(client, **({"name": "老王"} | wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert cases() == []
    for name in ("text", "category", "place_text"):
        typed = wrong.get(name, a_report()[name])
        if typed:
            assert typed in page
    assert "老王" in page


def test_a_category_that_is_not_in_the_list_is_asked_again(city: City, client: Client) -> None:
    answer = send(client, category="99999")
    assert answer.status_code == 422
    assert "请选一项最接近的" in answer.content.decode()


def test_a_stranger_key_or_step_does_no_harm(city: City, client: Client) -> None:
    assert send(client, key="x", step="nowhere").status_code == 302
    assert client.post("/report/", {"step": "check", "drop": "x"}).status_code in (200, 422)
    assert client.post("/report/", {"step": "check", "go": "kind"}).status_code == 200
    assert client.post("/report/", b"\xff\xfe", content_type="text/plain").status_code in (200, 422)


def test_without_a_telephone_nothing_personal_is_kept(city: City, client: Client) -> None:
    send(client)
    with system_scope("test"):
        voice = Voice.objects.get()
    assert (bytes(voice.name), bytes(voice.phone), voice.phone_index) == (b"", b"", None)


@pytest.mark.parametrize(
    ("point", "problem", "words"),
    [
        (OUTSIDE, "outside", "不在南昌市范围内"),
        ((115.92, 28.739), "", "东风2社区"),
        ((115.945, 28.735), "gap", "还没有划进任何网格"),
    ],
)
def test_a_point_outside_or_in_a_gap_says_so_and_goes_to_a_desk(
    city: City, client: Client, point: tuple[float, float], problem: str, words: str
) -> None:
    given = {"lon": point[0], "lat": point[1], "place_text": ""}
    page = client.post("/report/", a_report(go="next", step="where", **given)).content.decode()
    assert words in page
    sent = send(client, **given)
    (case,) = cases()
    assert case.fields["place_problem"] == problem
    assert case.area == CITY or not problem
    assert words in client.get(sent.url).content.decode()


def test_a_place_in_words_finds_its_community(city: City, client: Client) -> None:
    send(client, lon=None, lat=None, place_text="东风1社区菜场门口")
    send(client, lon=None, lat=None, place_text="老地方")
    known, unknown = cases()
    assert known.area == EAST_COMMUNITY
    assert (unknown.area, unknown.fields["place_problem"]) == (CITY, "unlocated")


def test_the_same_thing_nearby_is_offered_and_joined(city: City, client: Client) -> None:
    send(client)
    (case,) = cases()
    given = {"text": "3栋垃圾桶满了三天没人收，臭", "lon": LON + 2e-4}
    page = client.post("/report/", a_report(go="next", step="where", **given)).content.decode()
    assert hidden(page, "join") == [case.number]
    assert WORDS not in page
    joined = client.post("/report/", a_report(go=None, join=case.number, photos=an_upload(), **given))
    (case,) = cases()
    assert case.voices_count == 2
    assert "已加上您的声音" in client.get(joined.url).content.decode()
    with system_scope("test"):
        assert Photo.objects.filter(case=case).count() == 1


def test_joining_a_case_that_ended_meanwhile_keeps_the_report(city: City, client: Client) -> None:
    send(client)
    (case,) = cases()
    with system_scope("test"):
        Case.objects.filter(pk=case.pk).update(is_open=False)
    for number in (case.number, "nothing", "260302-999999-9"):
        answer = send(client, go=None, join=number, text="同一件垃圾的事")
        assert answer.status_code == 422
        assert "作为新的情况上报" in answer.content.decode()
        assert "同一件垃圾的事" in answer.content.decode()


def test_pictures_lose_their_location_and_are_bound_to_the_report(city: City, client: Client) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    data = a_picture(exif=exif)
    send(client, photos=[an_upload(data=data), an_upload("b.png", a_picture("blue", form="PNG"))])
    with system_scope("test"):
        kept = list(Photo.objects.order_by("id"))
        assert {photo.act.act for photo in kept} == {"report"}
    assert len(kept) == 2
    for photo in kept:
        assert b"taken at home" not in store.path_of(photo.sha256).read_bytes()
        with Image.open(store.path_of(photo.sha256)) as picture:
            assert not picture.getexif()


def a_bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (("note.jpg", b"not a picture"), "不是能识别的照片"),
        (("page.html", b"<script>alert(1)</script>"), "不是能识别的照片"),
        (("big.jpg", b"\xff\xd8" + bytes(50 * 1024 * 1024)), "超过 10 MB"),
        (("bomb.png", None), "不是能识别的照片"),
        (("empty.jpg", b""), ""),
        (("half.jpg", a_picture(side=400)[:-900]), "不是能识别的照片"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_the_others_are_kept(
    city: City, client: Client, bad: tuple[str, bytes | None], words: str
) -> None:
    name, data = bad
    files = [
        an_upload("good.jpg"),
        an_upload(name, a_bomb() if data is None else data),
        an_upload("c.jpg", a_picture("green")),
    ]
    answer = client.post("/report/", a_report(step="what", go="next", photos=files))
    page = answer.content.decode()
    assert answer.status_code == (422 if words else 200)
    assert words in page
    assert WORDS in page
    kept = hidden(page, "kept")
    assert len(kept) == 2
    send(client, kept=kept)
    with system_scope("test"):
        assert Photo.objects.count() == 2


def test_of_three_hundred_files_nine_are_kept(city: City, client: Client) -> None:
    files = [an_upload(f"{n}.png", a_picture((n % 16 * 16, n // 16 * 12, 90), 8, "PNG")) for n in range(300)]  # type: ignore[arg-type]
    page = client.post("/report/", a_report(step="what", go="next", photos=files)).content.decode()
    assert "多出的 291 张没有收下" in page
    assert len(hidden(page, "kept")) == 9
    assert WORDS in page
    more = a_report(step="what", go="next", kept=hidden(page, "kept"), photos=[an_upload("x.jpg")])
    assert "多出的 1 张没有收下" in client.post("/report/", more).content.decode()


def test_a_picture_can_be_taken_out_again_and_invented_fingerprints_are_ignored(city: City, client: Client) -> None:
    files = [an_upload("a.jpg"), an_upload("b.jpg", a_picture("blue"))]
    one, two = hidden(client.post("/report/", a_report(step="what", go="next", photos=files)).content.decode(), "kept")
    page = client.post("/report/", a_report(step="what", kept=[one, two], drop=one)).content.decode()
    assert hidden(page, "kept") == [two]
    assert send(client, kept=[two, "0" * 64, "../../etc/passwd"]).status_code == 302
    with system_scope("test"):
        assert [photo.sha256 for photo in Photo.objects.all()] == [two]


def test_too_many_reports_from_one_address_wait_and_keep_what_was_typed(city: City, client: Client) -> None:
    who = {"REMOTE_ADDR": f"198.51.100.{uuid.uuid4().int % 250}", "HTTP_X_FORWARDED_FOR": "1.2.3.4"}
    given = a_report()
    answers = [client.post("/report/", given, **who).status_code for _ in range(61)]  # type: ignore[arg-type]
    assert set(answers[:60]) == {302}
    assert answers[60] == 429
    assert WORDS in client.post("/report/", given, **who).content.decode()  # type: ignore[arg-type]


def test_the_map_shows_the_streets_and_nothing_of_reports(city: City, client: Client) -> None:
    with system_scope("test"):
        street = Area.objects.get(code=EAST_STREET)
        Area.objects.filter(pk=street.pk).update(boundary=shapely.to_wkb(shapely.box(115.9, 28.7, 115.95, 28.74)))
    answer = client.get("/report/ground.json")
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert [f["properties"]["name"] for f in answer.json()["features"]] == ["东街街道"]
    for odd in ("?lon=x&lat=1", "?lon=nan&lat=inf", "?lon=1", f"?lon={LON}&lat={LAT}", "?lon=1e300&lat=0"):
        assert client.get(f"/report/ground.json{odd}").status_code == 200


def test_the_first_act_is_by_nobody_known(city: City, client: Client) -> None:
    send(client, phone="138 0000 0000", name="老王")
    with system_scope("test"):
        act = Act.objects.get()
        voice = Voice.objects.get()
    assert (act.user_id, act.name, act.function) == (None, "", "public.report")
    assert b"138" not in bytes(voice.phone)
