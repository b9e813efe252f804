"""The English catalogue holds every string of the source, and the pages speak it."""

import shutil
from collections.abc import Callable

import polib
import pytest
from django.test import Client
from django.urls import reverse

from tools import catalogue

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture(scope="module")
def kept() -> polib.POFile:
    return catalogue.kept()


@pytest.mark.skipif(not shutil.which("xgettext"), reason="GNU gettext (xgettext) is not installed")
def test_every_string_of_the_source_is_in_the_catalogue(kept: polib.POFile) -> None:
    """Run `python tools/catalogue.py` and translate what it lists."""
    assert catalogue.unknown(kept) == []


def test_every_string_is_translated_with_its_placeholders(kept: polib.POFile) -> None:
    assert len(kept) > 1000
    assert catalogue.faults(kept) == []


def test_the_compiled_catalogue_is_that_of_the_text(kept: polib.POFile) -> None:
    assert not catalogue.stale(kept)


def _entry(msgid: str, msgstr: str, **more: object) -> polib.POFile:
    file = polib.POFile()
    file.append(polib.POEntry(msgid=msgid, msgstr=msgstr, **more))
    return file


@pytest.mark.parametrize(
    ("msgid", "msgstr", "fault"),
    [
        ("办结", "", "not translated"),
        ("{n} 件", "{m} cases", "other placeholders"),
        ("%(n)s 件", "cases", "other placeholders"),
        ("100%% 的 %(n)s", "100% of %(n)s", "other placeholders"),
        ("办结", "办结", "Chinese left"),
        ("办结", "Done，", "Chinese left"),
    ],
)
def test_a_fault_is_found(msgid: str, msgstr: str, fault: str) -> None:
    assert [found.startswith(fault) for found in catalogue.faults(_entry(msgid, msgstr))] == [True]


def test_what_is_not_sure_and_what_lacks_a_form_for_many_are_faults() -> None:
    assert catalogue.faults(_entry("办结", "Done", flags=["fuzzy"])) == ["fuzzy: '办结'"]
    plural = _entry("%s 天", "", msgid_plural="%s 天", msgstr_plural={0: "%s day", 1: ""})
    assert catalogue.faults(plural) == ["not translated: '%s 天'"]


PAGES: dict[str, tuple[Callable[[], str], str, str]] = {
    "home": (lambda: "/", "Tell the community what you see around you", "身边的事"),
    "report": (lambda: reverse("report"), "What happened?", "什么事"),
    "find": (lambda: reverse("track_find"), "Look up progress", "查进度"),
    "sign-in": (lambda: reverse("account_login"), "Staff sign-in", "工作人员登录"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_a_page_speaks_the_language_that_the_browser_asks_for(client: Client, page: str) -> None:
    address, english, chinese = PAGES[page]
    answer = client.get(address(), **ENGLISH).content.decode()
    assert english in answer
    assert chinese not in answer
    assert '<html lang="en"' in answer
    answer = client.get(address(), HTTP_ACCEPT_LANGUAGE="zh-CN").content.decode()
    assert chinese in answer
    assert '<html lang="zh-hans"' in answer


@pytest.mark.django_db
def test_a_resident_switches_the_language_without_javascript(client: Client) -> None:
    """The button of the portal is a form of its own; the choice is kept and leads back to the same page."""
    first = client.get("/").content.decode()
    address = reverse("set_language")
    assert f'<form method="post" action="{address}">' in first
    assert 'name="language" value="en"' in first
    back = client.post(address, {"language": "en", "next": reverse("report")})
    assert (back.status_code, back.headers["Location"]) == (302, reverse("report"))
    assert "What happened?" in client.get(reverse("report")).content.decode()
    client.post(address, {"language": "zh-hans", "next": "/"})
    assert "身边的事" in client.get("/", **ENGLISH).content.decode()


@pytest.mark.django_db
def test_a_refusal_speaks_english_too(client: Client) -> None:
    assert "Page not found" in client.get("/nothing/here/", **ENGLISH).content.decode()
