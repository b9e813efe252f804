"""Four departments' files that disagree become one clean list of a community, and nobody types a name."""

import re

from django.test import Client

from lifang.blocks.registry.models import Conflict, Pair
from lifang.blocks.registry.tests.desk import Desk
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import LIN_ROW, ZHOU, ZHOU_ROW, Town

QUEUE, CONFLICTS = "/desk/data/review/", "/desk/data/review/conflicts/"
HE = made_up("99010119700315026")
HEADS = ("姓名", "身份证号", "性别", "出生日期", "联系电话", "现住址", "所属社区", "婚姻状况", "政治面貌")
PLACE = "东风1社区"
FILES = {
    "police": [
        (*ZHOU_ROW, "已婚", "群众"),
        (*LIN_ROW[:6], PLACE, "未婚", ""),
        ("何梅", HE, "女", "1970-03-15", "13700030003", "永宁路20号1栋1单元101室", PLACE, "已婚", "中共党员"),
    ],
    "civil_affairs": [
        ("周建国", ZHOU, "男", "1956.02.29", "", "永宁路12号3-2-501", PLACE, "丧偶", ""),
        ("林晓芳", "", "女", "1988-08-12", "13900020002", LIN_ROW[5], PLACE, "已婚", ""),
    ],
    "health": [
        ("何梅", "", "女", "1970年3月15日", "13700030003", "永宁路20号1栋1单元101室", PLACE, "", ""),
        # the same name and telephone, another birth: somebody has to look
        ("周建国", "", "男", "1966-07-01", "13800010001", "", PLACE, "", ""),
    ],
    "human_resources": [
        ("周建国", ZHOU, "", "", "", "", PLACE, "", "中共党员"),
        ("何梅", HE, "", "", "", "", PLACE, "", "群众"),
        ("林小芳", LIN_ROW[1], "", "", "", "", PLACE, "", "共青团员"),
    ],
}


def looked_at(client: Client) -> None:
    """Every pair that waits is judged to be two, on its own page."""
    while match := re.search(r'action="(/desk/data/review/\d+/)"', client.get(QUEUE).content.decode()):
        assert client.post(match[1], {"act": "apart", "reason": "父子同号"}, follow=True).status_code == 200


def settled(client: Client) -> int:
    """Every open conflict is ruled on for the first department that is offered."""
    ruled = 0
    while match := re.search(
        r'action="(/desk/data/review/conflicts/\d+/)[^"]*"', page := client.get(CONFLICTS).content.decode()
    ):
        form = page[match.start() : page.index("</form>", match.start())]
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        offered = re.search(r'name="record" value="(\d+)"', form)
        assert offered, form
        given = {**hidden, "record": offered[1], "reason": "已上门核实"}
        assert client.post(match[1], given, follow=True).status_code == 200
        ruled += 1
        assert ruled < 50
    return ruled


def test_four_files_that_disagree_become_one_clean_list(town: Town) -> None:
    for department, rows in FILES.items():
        Desk(town, town.steward, department).taken(*rows, heads=HEADS)
    worker = Client()
    worker.force_login(town.worker)
    looked_at(worker)
    assert settled(worker) == 2
    with town.all_places():
        assert not Conflict.objects.filter(open=True).exists()
        assert not Pair.objects.filter(state=Pair.State.UNSURE).exists()
    listed = worker.get("/desk/persons/").content.decode()
    assert [listed.count(f">{name}<") for name in ("何梅", "林小芳", "林晓芳")] == [1, 1, 0]
    assert sorted((person.name, person.records) for person in town.persons()) == [
        ("何梅", 3), ("周建国", 1), ("周建国", 3), ("林小芳", 3),
    ]  # fmt: skip
