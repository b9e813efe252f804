"""The bodies of the demo city: bureaus of every county, offices and desks of every street, every committee."""

import datetime as dt

from lifang.blocks.packs import service as packs
from lifang.ground.access.models import Unit
from lifang.ground.areas.codes import CITY, COMMUNITY, COUNTY, STREET
from lifang.ground.areas.models import Area

NAMES = {
    "urban_management": "城市管理和综合执法局",
    "sanitation": "环境卫生服务中心",
    "municipal_works": "市政设施管理所",
    "landscape": "园林绿化中心",
    "water": "供水服务所",
    "drainage": "排水管理所",
    "water_affairs": "水利局",
    "gas": "燃气服务所",
    "heating": "供热服务所",
    "power": "供电服务中心",
    "telecom": "通信保障中心",
    "housing": "住房和城乡建设局物业科",
    "construction": "建设工程服务中心",
    "planning": "自然资源和规划局",
    "transport": "交通运输局",
    "traffic_police": "交通管理大队",
    "police": "公安分局",
    "fire": "消防救援大队",
    "emergency": "应急管理局",
    "environment": "生态环境局",
    "market": "市场监督管理局",
    "health": "卫生健康委员会",
    "civil_affairs": "民政局",
    "finance": "财政局",
    "statistics": "统计局",
    "human_resources": "人力资源和社会保障局",
    "medical_insurance": "医疗保障局",
    "disabled_federation": "残疾人联合会",
    "veterans": "退役军人事务局",
    "justice": "司法局",
    "education": "教育局",
    "culture_tourism": "文化和旅游局",
    "agriculture": "农业农村局",
    "letters": "信访局",
    "grid_center": "网格中心",
    "supervision": "督查室",
}
STREET_UNITS = {"street_office": "办事处", "grid_center": "网格中心"}


def make_units(city: int, today: dt.date) -> int:
    """Enter the bodies of a city; returns how many. Those that exist already stay."""
    places = Area.objects.as_of(today).below(city)
    rows: list[Unit] = []
    for code, name, level, kind in places.filter(level__lte=COMMUNITY).values_list("code", "name", "level", "kind"):
        if level in (CITY, COUNTY):
            known = {k: v for k, v in NAMES.items() if k in packs.units()}
            rows += [_unit(code, unit, f"{name}{title}") for unit, title in known.items()]
        elif level == STREET:
            rows += [_unit(code, unit, f"{name}{title}") for unit, title in STREET_UNITS.items()]
        elif level == COMMUNITY and kind != "non_place":
            rows.append(_unit(code, "community_committee", name))
    Unit.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    return len(rows)


def _unit(code: int, kind: str, name: str) -> Unit:
    return Unit(code=f"{code}-{kind}", name=name, kind=kind, area=code)
