"""A dozen forms that the demo's departments ask of communities, some of them nearly the same, and what came back."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from lifang.blocks.forms import merging, returning
from lifang.blocks.forms import service as forms
from lifang.blocks.forms.models import Form, Return
from lifang.blocks.forms.reading import HERE, OUR_OWN, column, condition
from lifang.blocks.forms.sending import send
from lifang.blocks.packs.shapes import FormColumn, FormSheet
from lifang.ground.access.models import Unit, User
from lifang.ground.areas.codes import COMMUNITY, parent_of
from lifang.ground.areas.models import Area

AGED, OLDEST, ALONE = condition("age", first=60), condition("age", first=80), condition("home", most=1)
MEN, WOMEN = (condition("element", element="sex", values=(code,)) for code in "12")
PERSON = ("name", "sex", "birth", "phone", "address")
TITLES = {
    "name": "姓名", "number": "身份证号", "sex": "性别", "birth": "出生日期", "phone": "联系电话", "address": "现住址",
    "education": "学历", "employer": "工作单位", "marital": "婚姻状况", "politics": "政治面貌",
}  # fmt: skip
TYPED = {
    "rails": ("家中是否装了扶手", "truth"), "meals": ("是否要送餐", "truth"), "tables": ("议事桌数", "number"),
    "teams": ("志愿服务队支数", "number"), "wishes": ("想找的工作", "text"), "doctor": ("签约医生", "text"),
    "stove": ("是否烧煤取暖", "truth"), "hazards": ("发现的隐患处数", "number"), "mended": ("已整改的隐患处数", "number"),
}  # fmt: skip
COUNTED = {
    "total": ("总人口", ()), "men": ("男", (MEN,)), "women": ("女", (WOMEN,)), "aged": ("60周岁以上", (AGED,)),
    "oldest": ("80周岁以上", (OLDEST,)), "alone": ("独居老人", (AGED, ALONE)),
    "children": ("14周岁以下", (condition("age", last=14),)), "young": ("16到59周岁", (condition("age", first=16, last=59),)),
    "insured": ("参加养老保险", (condition("element", element="insured", values=("true",)),)),
}  # fmt: skip
SHEETS: Sequence[tuple[str, str, str, str, str, tuple[str, ...], tuple[str, ...]]] = (
    ("civil_affairs", "社区人口基本情况月报", "assist_elder_visit", "monthly", "", ("total", "men", "women", "aged", "oldest", "children"),
     ("total >= men + women", "oldest <= aged")),
    ("civil_affairs", "高龄老人花名册", "assist_elder_visit", "quarterly", "aged_80", (*PERSON, "rails"), ()),
    ("civil_affairs", "独居老人巡访台账", "assist_elder_visit", "monthly", "living_alone", (*PERSON, "meals"), ()),
    ("civil_affairs", "老年人助餐需求摸底表", "assist_elder_visit", "half_yearly", "living_alone", (*PERSON, "meals", "rails"), ()),
    ("civil_affairs", "社区协商议事情况表", "assist_burden_review", "half_yearly", "", ("total", "tables", "teams"), ()),
    ("health", "高龄老人健康随访名单", "assist_health_followup", "quarterly", "aged_80", (*PERSON, "doctor"), ()),
    ("health", "适龄儿童查漏统计表", "assist_immunisation", "half_yearly", "", ("total", "children"), ()),
    ("human_resources", "劳动年龄人口统计表", "assist_employment_survey", "quarterly", "", ("total", "men", "women", "young", "insured"), ("total = men + women",)),
    ("human_resources", "养老保险参保情况表", "assist_insurance", "yearly", "", ("young", "insured"), ("insured <= young",)),
    ("fire", "独居老人家庭消防隐患排查表", "assist_fire_check", "quarterly", "", ("alone", "hazards", "mended"), ("mended <= hazards",)),
    ("police", "社区人口情况统计表", "assist_floating", "monthly", "", ("total", "men", "women", "young"), ("total = men + women",)),
    ("statistics", "人口抽样核对表", "assist_census", "yearly", "", ("total", "men", "women", "aged", "oldest"), ("total = men + women",)),
    ("health", "高龄老人家庭取暖登记表", "assist_health_followup", "half_yearly", "aged_80", ("name", "address", "phone", "total", "aged", "stove"), ()),
    ("human_resources", "就业援助和补助情况表", "assist_employment_survey", "quarterly", "", ("young", "benefits", "teams"), ()),
)  # fmt: skip
SENT = (0, 1, 2, 4, 6, 12, 13)
OWN_RETURNED = (1, 6)
OF_HOMES = ("高龄老人家庭取暖登记表",)


def make_forms(community: int) -> int:
    """Does nothing where it was done before; how many returns there are."""
    if Form.objects.exists():
        return Return.objects.count()
    street = parent_of(community)
    day, worker = timezone.localdate(), User.objects.get(username="shequ")
    here = Area.objects.as_of(day).below(street).at_level(COMMUNITY).order_by("code")
    places = list(here.values_list("code", flat=True))
    for at, (kind, title, matter, period, listed, keys, checks) in enumerate(SHEETS):
        unit = Unit.objects.get(kind=kind, area=parent_of(street))
        officer = User.objects.filter(unit=unit).order_by("pk").first()
        sheet = FormSheet(
            form="", title=title, unit=kind, matter=matter, period=period, shape=_shape(title, listed),
            list=listed, register="", where=(), columns={key: _column(key) for key in keys}, checks=checks, since=day,
            source=OUR_OWN, at=HERE,
        )  # fmt: skip
        edition = forms.make(unit=unit, sheet=sheet, by=officer)
        if at in SENT and officer:
            due = day + dt.timedelta(days=5 + at)
            sent = send(edition=edition, places=places, due=due, by=officer, recurs=period == "monthly", on=day)
            _answered(
                list(sent.returns.select_related("issue__edition__form__unit")), community, worker, at in OWN_RETURNED
            )
    _merger(SHEETS[0][1])
    return Return.objects.count()


def _merger(title: str) -> None:
    """A unit proposes to those whose forms ask mostly the same as this one that they be one."""
    edition = forms.Edition.objects.select_related("form__unit").get(title=title)
    if edition.by:
        merging.propose(edition=edition, found=forms.mergeable(forms.similar(edition)), by=edition.by)


def _shape(title: str, listed: str) -> str:
    return "homes" if title in OF_HOMES else "roster" if listed else "sheet"


def _column(key: str) -> FormColumn:
    if key == "benefits":
        return column("月补助金额合计", "sums", "allowance")
    if key in TITLES:
        return column(TITLES[key], "element", key, kind="text")
    if key in COUNTED:
        title, where = COUNTED[key]
        return column(title, "persons", where=where)
    title, kind = TYPED[key]
    return column(title, "typed", kind=kind)


def _answered(returns: list[Return], community: int, by: User, own_too: bool) -> None:
    """Of the other communities two of three have returned; the demo's own has begun, or, `own_too`, returned as well."""
    for at, found in enumerate(returns):
        page, own = returning.Page(found), found.area == community
        to_do = page.to_do()
        typed = {one.name: text for one in to_do if (text := _said(page, one) or (own and own_too and "无"))}
        if own and not own_too:
            typed = dict(list(typed.items())[:2])
        elif not own and at % 3 == 0:
            continue
        returning.answer(
            found=found, typed=typed, confirmed=[one.name for one in to_do] if own and own_too else (), by=by
        )
        found.refresh_from_db()
        page = returning.Page(found)
        if (own_too or not own) and not page.to_do() and not page.unequal():
            returning.submit(found=found, by=by)


def _said(page: returning.Page, at: returning.At) -> str:
    """Answers to what is new, and made-up telephones; what else departments should have said stays open."""
    one, row = page.asked.sheet.columns[at.column], at.row or 0
    if one.source == "element":
        return f"1370007{page.found.pk % 100:02}{row % 100:02}" if one.what == "phone" else ""
    return {"number": "2", "truth": "false" if row % 3 else "true"}.get(one.kind, "未定")
