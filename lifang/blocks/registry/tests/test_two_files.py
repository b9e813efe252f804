"""Two departments hold the same hundred people and do not agree about all of them."""

import random

from django.test import Client

from lifang.blocks.registry.models import Conflict, Person
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import Town

HEADS = ("姓名", "身份证号", "出生日期", "联系电话", "现住址", "所属社区", "工作单位")
GIVEN = "伟强磊军勇杰涛明超刚芳娜敏静秀丽艳娟霞燕"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"


def hundred() -> list[tuple[str, ...]]:
    """Rows under HEADS, no two of which share a name, a number, a telephone or a home."""
    draw = random.Random(5)
    names = draw.sample([a + b + c for a in SURNAMES for b in GIVEN for c in GIVEN], 100)
    rows = []
    for at, name in enumerate(names):
        birth = f"19{50 + at % 50}-{1 + at % 12:02}-{1 + at % 28:02}"
        number = made_up(f"990101{birth.replace('-', '')}{at:03}")
        home = f"永宁路{1 + at}号1栋1单元101室"
        rows.append((name, number, birth, f"139{at:08}", home, "东风1社区", "机床厂"))
    return rows


def test_two_files_with_the_same_hundred_persons_are_a_hundred_persons_with_their_conflicts_listed(town: Town) -> None:
    """proves: S334"""
    ours = hundred()
    theirs = [
        (name, "" if at % 2 else number, birth, phone, home, place, "纺织厂" if at < 10 else work)
        for at, (name, number, birth, phone, home, place, work) in enumerate(ours)
    ]
    first = town.took("civil_affairs", ours, heads=HEADS)
    assert first.counts["persons"] == 100
    second = town.took("health", theirs, heads=HEADS)
    assert (second.counts["known"], second.counts["persons"], second.counts["unsure"]) == (100, 0, 0)
    with town.all_places():
        assert Person.objects.standing().count() == 100
        disagreeing = Conflict.objects.filter(open=True)
        assert set(disagreeing.values_list("element", flat=True)) == {"employer"}
        assert set(disagreeing.values_list("person__name", flat=True)) == {row[0] for row in ours[:10]}
    client = Client()
    client.force_login(town.steward)
    shown = client.get("/desk/data/review/conflicts/").content.decode()
    assert all(row[0] in shown for row in ours[:10])
    systems = client.get("/desk/data/").content.decode()
    assert systems.count("交换文件") >= len(town.systems)
