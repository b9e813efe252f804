"""Made-up people of the demo city, one for each role, and how they sign in."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from lifang.ground.access.models import Grant, Role, Unit, User
from lifang.ground.areas.codes import parent_of

PASSWORD = "lifang-demo"


@dataclass(frozen=True)
class Person:
    """`place` says where the role is held: city, county, street, community or grid of the demo's home."""

    username: str
    name: str
    role: str
    place: str
    unit: str


PEOPLE = (
    Person("wangge", "网格员小林", "grid_worker", "grid", "community_committee"),
    Person("shequ", "社区工作者小周", "community_worker", "community", "community_committee"),
    Person("chuangkou", "社区工作者小叶", "community_worker", "community", "community_committee"),
    Person("jiedao", "街道网格中心小许", "street_desk", "street", "grid_center"),
    Person("kuaiji", "街道会计小苏", "street_bookkeeper", "street", "street_office"),
    Person("paiqian", "市网格中心小程", "dispatcher", "city", "grid_center"),
    Person("chengguan", "城管承办人小贺", "dept_officer", "county", "urban_management"),
    Person("huanwei", "环卫承办人小方", "dept_officer", "county", "sanitation"),
    Person("minzheng", "民政承办人小秦", "dept_officer", "county", "civil_affairs"),
    Person("weijian", "卫健承办人小柏", "dept_officer", "county", "health"),
    Person("renshe", "人社承办人小鲁", "dept_officer", "county", "human_resources"),
    Person("caizheng", "财政承办人小佟", "dept_officer", "county", "finance"),
    Person("sifa", "司法承办人小简", "dept_officer", "county", "justice"),
    Person("zhunru", "准入审核小纪", "gatekeeper", "county", "civil_affairs"),
    Person("ducha", "督查小沈", "supervisor", "city", "supervision"),
    Person("zhongcai", "仲裁小陆", "arbiter", "city", "grid_center"),
    Person("huifang", "回访员小姚", "caller", "city", "grid_center"),
    Person("quhua", "区划管理小严", "area_editor", "city", "civil_affairs"),
    Person("shuju", "数据管理小邵", "data_steward", "county", "civil_affairs"),
    Person("gongan", "公安数据联络员小石", "department_contact", "county", "police"),
    Person("shenji", "审计小顾", "auditor", "city", "supervision"),
    Person("guanli", "系统管理员小江", "administrator", "city", "grid_center"),
    Person("guanli2", "系统管理员小温", "administrator", "city", "grid_center"),
)


def make_people(home: int) -> list[User]:
    """Enter the demo's people around a home grid (its 15-digit code); those that exist stay as they are."""
    community = parent_of(home)
    street = parent_of(community)
    county = parent_of(street)
    places = {"grid": home, "community": community, "street": street, "county": county, "city": parent_of(county)}
    units = {(unit.kind, unit.area): unit for unit in Unit.objects.filter(area__in=places.values())}
    roles = {role.code: role for role in Role.objects.all()}
    password = make_password(PASSWORD)
    made = []
    for person in PEOPLE:
        if User.objects.filter(username=person.username).exists():
            continue
        place = places[person.place]
        unit = units[person.unit, community if person.place == "grid" else place]
        user = User.objects.create(username=person.username, name=person.name, unit=unit, password=password)
        Grant.objects.create(
            user=user,
            role=roles[person.role],
            area=place,
            unit=unit if roles[person.role].unit_bound else None,
            valid=(dt.date(2026, 1, 1), None),
            purpose="演示",
        )
        made.append(user)
    return made
