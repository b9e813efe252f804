"""The residents of the demo's home street: what four departments hold about them, three files of which are taken."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from lifang.blocks.registry.imports import actions
from lifang.blocks.registry.models import Import, System
from lifang.blocks.registry.queries import years_before
from lifang.demo import departments
from lifang.demo.residents import files, residents
from lifang.ground.access.models import User
from lifang.ground.areas.codes import parent_of
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import names

RESIDENTS, SEED = 2400, 11
SYSTEMS = (
    # code, title, department, link, days between two files, what for
    ("police", "户籍管理系统", "police", System.Link.FILE, 30, "户口登记和管理"),
    ("health", "居民健康档案系统", "health", System.Link.FILE, 30, "基本公共卫生服务"),
    ("human_resources", "社会保险系统", "human_resources", System.Link.FILE, 30, "社会保险登记和发放"),
    ("civil_affairs", "社会救助信息系统", "civil_affairs", System.Link.FILE, 30, "社会救助的申请和核对"),
    ("disabled_federation", "残疾人服务平台", "disabled_federation", System.Link.NONE, 90, "残疾人服务和补贴"),
    ("housing", "物业管理信息平台", "housing", System.Link.NONE, None, "房屋和物业管理"),
    ("education", "学籍管理系统", "education", System.Link.NONE, None, "学籍管理"),
)
TAKEN = ("police", "health", "human_resources")
TITLES = {
    "police": "辖区户籍人口名册",
    "civil_affairs": "社会救助对象摸底表",
    "health": "居民健康档案登记表",
    "human_resources": "城乡居民参保人员名单",
}


def make_registers(street: int, by: User, on: dt.date) -> int:
    """Enter the systems of the street's county and take three departments' files; returns how many files are kept."""
    if System.objects.exists():
        return 0
    for code, title, department, link, days, purpose in SYSTEMS:
        System.objects.create(
            code=code, title=title, department=department, area=parent_of(street), link=link, refresh_days=days,
            contract="演示：数据共享协议" if link != System.Link.NONE else "", purpose=purpose,
        )  # fmt: skip
    kept = 0
    for department, content in _files(street, on):
        name = f"{TITLES[department]}{on:%Y%m}.{'xlsx' if content.startswith(b'PK') else 'csv'}"
        _keep(name, content)
        kept += 1
        if department in TAKEN:
            _take(department, name, content, street, by, on)
    _take("health", "新建档老人.csv", _turning_eighty(street, on), street, by, on)
    return kept


def _turning_eighty(street: int, on: dt.date) -> bytes:
    """Two of the home grid who reach the age at which the rules ask for a visit, whenever the demo is loaded."""
    grid = Area.objects.as_of(on).below(street).grids("governance").earliest("code")
    birth = years_before(on, 80)
    place = f"{names([grid.parent_code], on)[grid.parent_code]}{grid.name}"
    people = (("钱桂兰", "永宁路1号1栋2单元501室"), ("孙德福", "长春路1号1栋1单元303室"))
    rows = [("姓名", "出生日期", "现住址", "社区"), *((name, birth.isoformat(), home, place) for name, home in people)]
    return "\n".join(map(",".join, rows)).encode()


def _files(street: int, on: dt.date) -> Iterator[tuple[str, bytes]]:
    grids = Area.objects.as_of(on).below(street).grids("governance").order_by("code").values_list("parent_code", "name")
    above = names({community for community, _name in grids}, on)
    people = residents(RESIDENTS, SEED, crowded=True)
    rows = departments.sheet(people, files(people, SEED), [f"{above[community]}{name}" for community, name in grids])
    for department in departments.SHEETS:
        own = departments.of_department(rows, department)
        if department == "human_resources":
            yield department, departments.as_csv(own, "gb18030")
        else:
            yield department, departments.as_xlsx(own, TITLES[department], on)


def _keep(name: str, content: bytes) -> None:
    folder = Path(settings.DATA_DIR) / "demo-files"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)


def _take(department: str, name: str, content: bytes, street: int, by: User, on: dt.date) -> None:
    imported = actions.receive(
        system=System.objects.get(code=department), content=content, name=name, held_on=on, area=street,
        complete=False, by=by,
    )  # fmt: skip
    actions.confirm(imported=imported, columns=imported.columns)
    actions.check(imported.pk)
    actions.begin_taking(imported=Import.objects.get(pk=imported.pk))
    actions.take(imported.pk)
