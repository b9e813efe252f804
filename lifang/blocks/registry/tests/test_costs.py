"""What it costs to open a person's page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tests.situations import JULY, ZHOU, Town
from lifang.blocks.registry.tests.test_person import CIVIL, HERE, HOME, POLICE, ZHOU_POLICE, signed_in, text

LODGER = ("赵六六", "", "男", "1990-01-01", "", HOME, HERE, "H0002", "户主", "未婚")


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """All that is sent to the database, prepared or not."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def kept(self: Any, query: Any, *given: Any, **more: Any) -> Any:
        sent.append(str(query))
        return execute(self, query, *given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", kept)
        yield sent


def test_a_persons_page_costs_as_many_statements_whatever_was_said(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.took("police", [ZHOU_POLICE, LODGER], heads=POLICE)
    with town.all_places():
        zhou = Person.objects.standing().get(name="周建国")
    desk = signed_in(town.worker)
    text(desk, zhou)
    with counted(monkeypatch) as few:
        text(desk, zhou)
    more = [(f"赵{name}", *LODGER[1:3], f"198{n}-01-01", *LODGER[4:]) for n, name in enumerate("甲乙丙丁戊己庚辛壬")]
    town.took("police", more, heads=POLICE)
    town.took("civil_affairs", [("周建国", ZHOU, "", "", "", HOME, HERE, "是", "二级", "丧偶")], heads=CIVIL)
    town.took("health", [("周建国", ZHOU, "", "", "", HOME, HERE, "是", "二级", "已婚")], heads=CIVIL, on=JULY)
    with counted(monkeypatch) as many:
        assert "赵壬" in text(desk, zhou)
    assert len(many) == len(few)
    assert len([one for one in few if "SAVEPOINT" not in one]) <= 54
