"""Made-up residents of a city, and what four departments wrote down of them, with the truth kept beside.

The errors are those of real registers: numbers missing, mistyped, of the old 15 digits; names with a wrong character or
one that sounds the same; births by the old calendar or put on 1 January; telephones shared in a home; homes moved;
addresses spelled in five ways; twins, and siblings whose names share a character. Identity numbers are of a region that
was never assigned.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lifang.blocks.registry.identity import CHECKS, MADE_UP, WEIGHTS
from lifang.blocks.registry.sounds import table

Column = npt.NDArray[Any]

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方"
    "白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
MALE = "伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯建国志文俊峰海东亮林成龙博宁健瑞泽轩昊然子晨逸铭家豪天佑启航思远永祥德福贵荣庆长春生根发宝"
FEMALE = (
    "芳娜敏静秀丽艳娟霞燕玲桂英兰珍梅红云雪慧颖琳晶倩婷洁莹瑶佳欣怡雨涵梓萱诗语嘉悦琪凤香翠莲菊素清淑花月爱巧美娇蓉"
)
ROADS = (
    "永宁路", "长春路", "建设路", "人民路", "解放路", "中山路", "北京路", "青年路", "胜利路", "和平路",
    "文化路", "新华路", "站前路", "滨江路", "学府路", "丰和路", "凤凰路", "怡园路", "云锦路", "桂苑路",
    "福州路", "南京路", "上海路", "火炬路", "高新路", "昌东路", "阳明路", "叠山路", "民德路", "象山路",
)  # fmt: skip
ESTATES = (
    "锦绣花园", "阳光小区", "幸福里", "翠园", "世纪名城", "江畔人家", "恒茂苑", "丽景湾", "书香苑", "金域华府",
    "学院新村", "机床厂宿舍", "铁路新村", "纺织厂家属院",
)  # fmt: skip
MOBILE_HEADS = ("138", "139", "136", "158", "186", "177", "199", "150")
# Roads, gates, entrances, floors and flats of the few buildings of one street.
CROWDED = (3, 20, 2, 5, 3)
TODAY = np.datetime64("2026-06-01")
HEAD, SPOUSE, CHILD, ELDER = range(4)
# Each department's share of the residents, and of its rows the share without an identity number.
DEPARTMENTS = {
    "police": (0.74, 0.01),
    "civil_affairs": (0.30, 0.22),
    "health": (0.62, 0.30),
    "human_resources": (0.45, 0.10),
}
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True)
class Residents:
    """One row a person, home by home; `homes` are the columns of dwellings, `former` where those who moved lived."""

    home: Column
    role: Column
    male: Column
    birth: Column
    name: Column
    number: Column
    phone: Column
    homes: dict[str, Column]
    former: dict[str, Column]
    moved: Column

    def __len__(self) -> int:
        return len(self.home)


def residents(count: int, seed: int, *, crowded: bool = False) -> Residents:
    """Made-up people; `crowded` lets them live in the few buildings of one street rather than all over a city."""
    rng = np.random.default_rng(seed)
    homes = int(count / 2.6) + 10
    size = rng.choice([1, 2, 3, 4, 5], homes, p=[0.2, 0.28, 0.28, 0.16, 0.08])
    home = np.repeat(np.arange(homes), size)[:count]
    head = np.searchsorted(home, home)
    at = np.arange(len(home)) - head
    role = np.select([at == 0, at == 1, at < 4], [HEAD, SPOUSE, CHILD], ELDER)
    role = np.where((size[home] == 2) & (at == 1) & (rng.random(len(home)) < 0.25), CHILD, role)
    head_male = rng.random(homes) < 0.8
    male = np.select([role == HEAD, role == SPOUSE], [head_male[home], ~head_male[home]], rng.random(len(home)) < 0.51)
    birth = _births(rng, home, role, homes)
    name = _names(rng, home, role, male, birth)
    mobile = _mobiles(rng, len(home))
    age = (TODAY - birth).astype(int) // 365
    own = (rng.random(len(home)) < 0.82) & (age > 11) & (age < 82)
    return Residents(
        home=home,
        role=role,
        male=male,
        birth=birth,
        name=name,
        number=_numbers(rng, birth, male),
        phone=np.where(own, mobile, mobile[head]),
        homes=_dwellings(rng, homes, crowded),
        former=_dwellings(rng, homes, crowded),
        moved=rng.random(homes) < 0.22,
    )


def _births(rng: np.random.Generator, home: Column, role: Column, homes: int) -> Column:
    count = len(home)
    head = rng.integers(24, 86, homes)[home]
    age = np.select(
        [role == HEAD, role == SPOUSE, role == CHILD],
        [head, np.clip(head + rng.integers(-6, 5, count), 20, 95), np.clip(head - rng.integers(22, 36, count), 0, 60)],
        np.clip(head + rng.integers(20, 32, count), 50, 99),
    )
    days = age.astype("timedelta64[D]") * 365 + rng.integers(0, 365, count).astype("timedelta64[D]")
    birth = (TODAY - days).astype("datetime64[D]")
    second = 1 + np.flatnonzero((home[1:] == home[:-1]) & (role[1:] == CHILD) & (role[:-1] == CHILD))
    twins = rng.random(len(second)) < 0.05
    birth[second[twins]] = birth[second[twins] - 1]
    others = second[~twins]
    close = others[np.abs((birth[others] - birth[others - 1]).astype(int)) < 300]
    birth[close] = birth[close - 1] + np.timedelta64(730, "D")
    return birth


def _names(rng: np.random.Generator, home: Column, role: Column, male: Column, birth: Column) -> Column:
    count = len(home)
    share = np.array([0.072, 0.071, 0.068, 0.052, 0.047] + [1 / (at + 8) for at in range(len(SURNAMES) - 5)])
    surnames = np.array(list(SURNAMES))
    of_home = rng.choice(surnames, home[-1] + 1, p=share / share.sum())
    own = rng.choice(surnames, count, p=share / share.sum())
    married_in = (role == SPOUSE) | ((role == ELDER) & (rng.random(count) < 0.5))
    boys, girls = np.array(list(MALE)), np.array(list(FEMALE))
    first = np.where(male, rng.choice(boys, count), rng.choice(girls, count))
    last = np.where(male, rng.choice(boys, count), rng.choice(girls, count))
    short = rng.random(count) < 0.18
    second = 1 + np.flatnonzero((home[1:] == home[:-1]) & (role[1:] == CHILD) & (role[:-1] == CHILD))
    alike = second[rng.random(len(second)) < 0.5]
    first[alike] = first[alike - 1]
    short[alike] = short[alike - 1] = False
    given = np.char.add(first, np.where(short, "", last))
    return np.char.add(np.where(married_in, own, of_home[home]), given)


def _numbers(rng: np.random.Generator, birth: Column, male: Column) -> Column:
    count = len(birth)
    region = np.char.add(f"{MADE_UP}01", np.char.zfill(rng.integers(1, 21, count).astype(str), 2))
    serial = np.char.zfill((rng.integers(0, 500, count) * 2 + male).astype(str), 3)
    body = np.char.add(np.char.add(region, np.char.replace(birth.astype(str), "-", "")), serial)
    digits = np.frombuffer("".join(body).encode(), np.uint8).reshape(-1, 17).astype(int) - ord("0")
    return np.char.add(body, np.array(list(CHECKS))[(digits * WEIGHTS).sum(1) % 11])


def _mobiles(rng: np.random.Generator, count: int) -> Column:
    return np.char.add(rng.choice(MOBILE_HEADS, count), np.char.zfill(rng.integers(0, 10**8, count).astype(str), 8))


def _dwellings(rng: np.random.Generator, count: int, crowded: bool) -> dict[str, Column]:
    if crowded:
        chosen = rng.permutation(np.prod(CROWDED))[:count]
        road, gate, entrance, floor, flat = np.unravel_index(chosen, CROWDED)
        return {
            "road": np.array(ROADS)[road],
            "gate": gate + 1,
            "estate": rng.choice(ESTATES, count),
            "building": np.ones(count, int),
            "entrance": entrance + 1,
            "room": (floor + 1) * 100 + flat + 1,
        }
    return {
        "road": rng.choice(ROADS, count),
        "gate": rng.integers(1, 400, count),
        "estate": rng.choice(ESTATES, count),
        "building": rng.integers(1, 31, count),
        "entrance": rng.integers(1, 5, count),
        "room": rng.integers(1, 19, count) * 100 + rng.integers(1, 5, count),
    }


def files(people: Residents, seed: int) -> pl.DataFrame:
    """The rows of all departments, shuffled: id, source, name, sex, birth, number, phone, address, and `truth`, the
    person's place in `people`, which no department knows."""
    rng = np.random.default_rng(seed)
    rows = pl.concat([_file(people, source, rng) for source in DEPARTMENTS])
    return rows.sample(fraction=1, shuffle=True, seed=seed).with_row_index("id").cast({"id": pl.Int64})


def _file(people: Residents, source: str, rng: np.random.Generator) -> pl.DataFrame:
    share, without_number = DEPARTMENTS[source]
    known = np.flatnonzero(rng.random(len(people)) < share)
    who = np.concatenate([known, known[rng.random(len(known)) < 0.01]])
    phone = np.where(rng.random(len(who)) < 0.06, _mobiles(rng, len(who)), people.phone[who])
    return pl.DataFrame(
        {
            "source": [source] * len(who),
            "name": _misspelt(rng, people.name[who]),
            "sex": np.where(rng.random(len(who)) < 0.03, "", np.where(people.male[who], "男", "女")),
            "birth": list(_written_births(rng, people.birth[who], by_hand=source != "police")),
            "number": _mistyped(rng, people.number[who], people.birth[who], without_number),
            "phone": np.where(rng.random(len(who)) < 0.2, "", phone),
            "address": list(_addresses(rng, people, people.home[who])),
            "truth": who,
        }
    )


@cache
def _sounding_like() -> dict[str, list[str]]:
    by_sound: dict[str, list[str]] = {}
    for one in table():
        if one in MALE + FEMALE or one.encode("gb2312", "ignore")[:1] < b"\xd8" and one.encode("gb2312", "ignore"):
            by_sound.setdefault(table()[one], []).append(one)
    return {one: [other for other in by_sound[table()[one]] if other != one] for one in {*MALE, *FEMALE}}


def _misspelt(rng: np.random.Generator, names: Column) -> Column:
    names = names.copy()
    characters = sorted({*MALE, *FEMALE})
    for row in np.flatnonzero(rng.random(len(names)) < 0.02):
        name = list(names[row])
        at = int(rng.integers(1, len(name)))
        alike = _sounding_like()[name[at]]
        name[at] = str(rng.choice(alike if alike and rng.random() < 0.6 else characters))
        names[row] = "".join(name)
    return names


def _mistyped(rng: np.random.Generator, numbers: Column, birth: Column, without: float) -> Column:
    numbers, chance = numbers.copy(), rng.random(len(numbers))
    for row in np.flatnonzero(chance < 0.010):
        digits = list(numbers[row])
        at = int(rng.integers(6, 16))
        if chance[row] < 0.006:
            digits[at] = str((int(digits[at]) + int(rng.integers(1, 10))) % 10)
        else:
            digits[at], digits[at + 1] = digits[at + 1], digits[at]
        numbers[row] = "".join(digits)
    old = (chance >= 0.010) & (chance < 0.028) & (birth < np.datetime64("1999-01-01"))
    numbers[old] = [number[:6] + number[8:17] for number in numbers[old]]
    cut = (chance >= 0.030) & (chance < 0.033)
    numbers[cut] = [number[:17] for number in numbers[cut]]
    return np.where(rng.random(len(numbers)) < without, "", numbers)


def _written_births(rng: np.random.Generator, birth: Column, *, by_hand: bool) -> Iterator[str]:
    birth, chance = birth.copy(), rng.random(len(birth))
    if by_hand:
        lunar = chance < 0.02
        birth[lunar] -= rng.integers(20, 51, lunar.sum()).astype("timedelta64[D]")
        new_year = (chance >= 0.02) & (chance < 0.04)
        birth[new_year] = birth[new_year].astype("datetime64[Y]").astype("datetime64[D]")
    wrong = (chance >= 0.05) & (chance < 0.058)
    birth[wrong] += rng.choice([1, 10, -10, 30, 365, -365, 3650], wrong.sum()).astype("timedelta64[D]")
    forms = ("{0}-{1:02}-{2:02}", "{0}年{1}月{2}日", "{0}{1:02}{2:02}", "{0}.{1}.{2}")
    for text, form in zip(birth.astype(str), rng.integers(0, len(forms), len(birth)), strict=True):
        yield forms[form].format(*map(int, text.split("-")))


def _addresses(rng: np.random.Generator, people: Residents, home: Column) -> Iterator[str]:
    count = len(home)
    at_former = people.moved[home] & (rng.random(count) < 0.5)
    parts = [np.where(at_former, people.former[key][home], people.homes[key][home]).tolist() for key in people.homes]
    forms, incomplete = rng.integers(0, 5, count), rng.random(count) < 0.05
    for road, gate, estate, building, entrance, room, form, cut in zip(*parts, forms, incomplete, strict=True):
        if cut:
            yield f"{road}{gate}号{estate}"
        elif form == 0:
            yield f"{road}{gate}号{estate}{building}栋{entrance}单元{room}室"
        elif form == 1:
            yield f"{road}{gate}号{building}-{entrance}-{room}"
        elif form == 2:
            yield f"永兴区{road}{gate}号{building}幢{entrance}单元{room}"
        elif form == 3:
            yield f"{road} {gate} 号 {estate} {building} 号楼 {entrance} 单元 {room} 室".translate(FULL_WIDTH)
        else:
            yield f"永兴市{road}{gate}号({estate}){building}栋{entrance}单元{room}号"
