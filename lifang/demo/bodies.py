"""What stands in the registers of the demo's home street: organisations, committees, stations, rooms to share, equipment.

It comes in as files do. Some communities lack one, some stations have no head or have long been still, one thing is in repair.
"""

import csv
import datetime as dt
import io
import random
from collections.abc import Callable, Iterator, Sequence

from stdnum.cn import uscc

from lifang.blocks.registers.files import take
from lifang.blocks.registers.models import Entry
from lifang.demo.guide import SERVICES
from lifang.ground.access.models import User
from lifang.ground.areas.models import Area

SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗", "伟强磊军杰涛明超芳娜敏静秀丽艳霞"
PARTY, STATION = dt.date(2021, 3, 1), dt.date(2022, 6, 1)
# Kind, its name after the community's, how many people beside the head, and every how many communities have none.
BODIES = (
    ("party_organisation", "党总支", 4, 0), ("residents_committee", "居民委员会", 4, 0), ("residents_assembly", "居民代表会议", 5, 9),
    ("health_committee", "卫生健康委员会", 2, 7), ("mediation_committee", "人民调解委员会", 2, 5),
    ("security_committee", "治安保卫委员会", 2, 0), ("culture_committee", "文化卫生委员会", 2, 4),
    ("women_station", "妇女儿童工作站", 1, 8), ("party_centre", "党群服务中心", 2, 0), ("civilisation_station", "新时代文明实践站", 2, 6),
    ("veterans_station", "退役军人服务站", 1, 10), ("reception_post", "综合服务接待岗", 2, 6), ("mass_organisation", "工会", 1, 3), ("social_organisation", "夕阳红文艺队", 3, 3),
)  # fmt: skip
UNITS = (
    ("第三中学", "学校"),
    ("人民医院东院", "医院"),
    ("建设支行", "企业"),
    ("市图书馆分馆", "事业单位"),
    ("供电营业厅", "企业"),
)
ROOMS = (
    ("阶梯教室", 80, "周六、周日", "9:00–17:00"),
    ("会议室", 30, "周三、周五", "14:00–17:00"),
    ("一楼大厅", 60, "周六", "8:30–11:30"),
)
THINGS = (
    ("计算机", 8, 4200), ("办公桌椅", 7, 760), ("文件柜", 4, 580), ("打印复印机", 2, 2300), ("移动工作终端", 4, 1450),
    ("音响", 1, 2900), ("健身器材", 4, 1900), ("轮椅", 1, 480), ("等候座椅", 3, 390),
)  # fmt: skip
Rows = Iterator[Sequence[object]]


def make_bodies(street: int, by: User, on: dt.date) -> int:
    """Enter them once; returns how many entries there are."""
    if not Entry.objects.exists():
        places = Area.objects.as_of(on).below(street).base_units().order_by("code")
        names = list(places.values_list("name", flat=True))
        for kind, body, others, gap in BODIES:
            heads = ("所在社区", "名称", "从哪天起", "负责人", "联系电话", _second(kind))
            _take(kind, heads, _bodies(names, kind, body, others, gap), street, by, on)
        tables: Sequence[tuple[str, tuple[str, ...], Callable[[Sequence[str]], Rows]]] = (
            ("resident_unit", ("所在社区", "单位名称", "统一社会信用代码", "单位性质", "联系人", "联系电话"), _units),
            (
                "property_firm",
                ("所在社区", "物业公司", "信用代码", "小区名称", "合同到期日", "项目经理", "联系电话"),
                _firms,
            ),
            ("owners_committee", ("所在社区", "业委会名称", "小区名称", "届满日期", "主任"), _owners),
            (
                "shared_resource",
                ("所在社区", "名称", "提供单位", "资源", "可容纳", "可用的日子", "时段", "进展"),
                _rooms,
            ),
            ("equipment", ("所在社区", "品类", "资产编号", "状态", "原值", "购置日期", "存放处", "保管人"), _things),
        )
        tables = (
            *tables,
            ("daily_service", ("所在社区", "店名", "服务项目", "营业时间", "收费标准", "能否上门"), _services),
        )
        for kind, columns, rows in tables:
            _take(kind, columns, rows(names), street, by, on)
        _take(
            "station_activity", ("所在社区", "名称", "站点", "日期", "到场人数"), _activities(names, on), street, by, on
        )
    return Entry.objects.count()


def _take(kind: str, heads: Sequence[str], rows: Rows, street: int, by: User, on: dt.date) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([heads, *rows])
    take(kind=kind, content=text.getvalue().encode(), name=f"{kind}-{on:%Y%m}.csv", area=street, held_on=on, by=by)


def _services(names: Sequence[str]) -> Rows:
    for at, name in enumerate(names):
        for n in (at, at + 3):
            title, *offered = SERVICES[n % len(SERVICES)]
            yield name, f"{name.removesuffix('社区居委会')}{title}", *offered


def _second(kind: str) -> str:
    return {"mediation_committee": "调解员", "party_organisation": "班子成员", "residents_assembly": "居民代表",
            "civilisation_station": "志愿者", "veterans_station": "服务对象", "mass_organisation": "类别",
            "social_organisation": "活动领域", "women_station": "工作人员", "party_centre": "工作人员"}.get(kind, "委员")  # fmt: skip


def _bodies(names: Sequence[str], kind: str, body: str, others: int, gap: int) -> Rows:
    given = _people(kind)
    fixed = {"mass_organisation": "工会", "social_organisation": "文体"}.get(kind)
    for at, name in enumerate(names):
        if gap and at % gap == gap - 1:
            continue
        headless = kind == "veterans_station" and at % 4 == 1
        second = fixed or "、".join(given() for _each in range(others))
        head, phone = ("", "") if headless else (given(), f"1380000{1000 + at:04}")
        yield (
            name,
            f"{name.removesuffix('社区居委会')}{body}",
            STATION if "station" in kind else PARTY,
            head,
            phone,
            second,
        )


def _people(seed: str) -> Callable[[], str]:
    draw = random.Random(seed)
    return lambda: draw.choice(SURNAMES) + "".join(draw.sample(GIVEN, 2))


def _credit(serial: int) -> str:
    """Of a region that names none."""
    body = f"91990101MA{serial:07}"
    return body + str(uscc.calc_check_digit(body))


def _units(names: Sequence[str]) -> Rows:
    given = _people("units")
    for at, name in enumerate(names):
        for offset in range(2):
            unit, sort = UNITS[(at + offset) % len(UNITS)]
            yield name, unit, _credit(at * 10 + offset), sort, given(), f"1390000{1000 + at:04}"


def _firms(names: Sequence[str]) -> Rows:
    given = _people("firms")
    for at, name in enumerate(names):
        yield (
            name,
            ("安居物业", "乐业物业", "万家物业")[at % 3],
            _credit(at * 10 + 5),
            "长春苑",
            f"{2026 + at % 3}-12-31",
            given(),
            f"1370000{1000 + at:04}",
        )


def _owners(names: Sequence[str]) -> Rows:
    given = _people("owners")
    for at, name in enumerate(names):
        if at % 3:
            yield name, "长春苑业主委员会", "长春苑", f"{2027 + at % 2}-05-31", given()


def _rooms(names: Sequence[str]) -> Rows:
    for at, name in enumerate(names):
        unit = UNITS[(at + 1) % len(UNITS)][0]
        room, capacity, days, hours = ROOMS[at % len(ROOMS)]
        yield name, f"{unit}{room}", unit, "场地", capacity, days, hours, ("共享中", "已约定")[at % 2]


def _things(names: Sequence[str]) -> Rows:
    given = _people("things")
    for at, name in enumerate(names):
        keepers = (given(), given())
        for item, number, value in THINGS:
            for each in range(max(number - at % 3, 0)):
                state = "维修" if each == 0 and item == "移动工作终端" else "在用"
                serial = f"{item[:2]}{at:02}{each:02}"
                yield (
                    name,
                    item,
                    serial,
                    state,
                    value,
                    dt.date(2023, 1 + at % 12, 10),
                    ("服务大厅", "二楼办公室")[each % 2],
                    keepers[each % 2],
                )


def _activities(names: Sequence[str], on: dt.date) -> Rows:
    for at, name in enumerate(names):
        if at % 6 != 5:
            station = f"{name.removesuffix('社区居委会')}新时代文明实践站"
            day = on - dt.timedelta(days=200 if at % 4 == 2 else 20 + at)
            yield name, ("理论宣讲", "义诊", "旧衣回收", "亲子阅读")[at % 4], station, day, 18 + 3 * at
