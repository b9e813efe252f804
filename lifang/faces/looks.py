"""The gallery of the visual language: every part of it in use, with invented samples."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path
from django.utils import timezone

from lifang.faces.signs import DESK_GROUPS
from lifang.ground.access.doors import opens
from lifang.ground.signs import STATES, TONE_ICONS


class Sample(forms.Form):
    place = forms.CharField(label="地点", help_text="写到门牌或路口，例如“长兴街 12 号门口”。")
    unit = forms.ChoiceField(label="承办单位", choices=[("", "请选择"), ("1", "城市管理局"), ("2", "排水公司")])
    note = forms.CharField(label="办理意见", widget=forms.Textarea, required=False)
    urgency = forms.ChoiceField(
        label="紧急程度", widget=forms.RadioSelect, choices=[("a", "一般"), ("b", "加急"), ("c", "突发")], initial="a"
    )
    tell = forms.BooleanField(label="办结后告诉上报人", required=False, initial=True)


def _acts() -> list[dict[str, Any]]:
    now = timezone.now()
    return [
        {
            "title": "上报",
            "actor": "居民",
            "at": now - timedelta(hours=9),
            "icon": "device-mobile",
            "tone": "info",
            "note": "小区东门外污水漫到人行道，老人走路不便。",
        },
        {
            "title": "受理",
            "unit": "网格中心",
            "actor": "受理员",
            "at": now - timedelta(hours=8, minutes=48),
            "icon": "check",
            "tone": "info",
        },
        {
            "title": "派遣",
            "unit": "网格中心",
            "actor": "派遣员",
            "at": now - timedelta(hours=8, minutes=30),
            "icon": "send",
            "tone": "info",
            "facts": [("承办", "排水公司"), ("时限", "8 小时"), ("协办", "长兴街道办")],
        },
        {
            "title": "申请延期",
            "unit": "排水公司",
            "actor": "班组长",
            "at": now - timedelta(hours=3),
            "icon": "hourglass",
            "tone": "warn",
            "note": "需调吸污车，申请延长 4 小时。",
        },
        {
            "title": "处置完成",
            "unit": "排水公司",
            "actor": "班组长",
            "at": now - timedelta(minutes=25),
            "icon": "tool",
            "tone": "good",
            "state": "handled",
        },
    ]


def _events() -> list[dict[str, Any]]:
    now = timezone.now()
    rows = [
        ("0417", "污水外溢", "长兴街 12 号门口", "东坊社区 03 网格", "排水公司", "handling", 6.7, 8, "warn"),
        ("0416", "路灯不亮", "新桥路与柳塘街路口", "新桥社区 01 网格", "路灯所", "dispatched", 1.1, 24, ""),
        ("0411", "占道经营", "南市菜场北门", "南市社区 05 网格", "城市管理局", "handling", 9.6, 8, "bad"),
        ("0409", "井盖破损", "崇德坊 3 栋前", "崇德坊社区 02 网格", "供水集团", "whistled", 2.5, 4, ""),
        ("0402", "楼道堆物", "永宁里 8 栋 2 单元", "永宁里社区 04 网格", "永宁里社区", "closed", 5.0, 16, ""),
        ("0398", "噪声扰民", "泰安里 1 号工地", "泰安里社区 02 网格", "住建局", "hung_up", 3.0, 24, ""),
    ]
    return [
        {
            "number": f"SJ20261122{n}",
            "title": title,
            "place": place,
            "area": area,
            "unit": unit,
            "state": state,
            "used": timedelta(hours=used),
            "limit": timedelta(hours=limit),
            "tone": tone,
            "at": now - timedelta(hours=used + 1),
        }
        for n, title, place, area, unit, state, used, limit, tone in rows
    ]


def _charts() -> dict[str, dict[str, Any]]:
    now = timezone.now()
    months = ["6月", "7月", "8月", "9月", "10月", "11月"]
    return {
        "by_month": {
            "title": "各月事件办理情况",
            "kind": "stack",
            "unit": "件",
            "categories": months,
            "as_of": now,
            "category_title": "月份",
            "series": [
                {"name": "按期办结", "data": [812, 860, 901, 874, 930, 688], "tone": "good"},
                {"name": "超期办结", "data": [64, 58, 71, 49, 42, 30], "tone": "warn"},
                {"name": "超期未结", "data": [9, 7, 12, 6, 8, 11], "tone": "bad"},
            ],
        },
        "by_kind": {
            "title": "本月事件类别",
            "kind": "hbar",
            "unit": "件",
            "categories": ["市容环境", "公共设施", "街面秩序", "施工管理", "突发事件"],
            "series": [{"name": "件数", "data": [286, 203, 164, 51, 25]}],
            "as_of": now,
            "category_title": "类别",
        },
        "rate": {
            "title": "按期结案率",
            "kind": "line",
            "unit": "%",
            "categories": months,
            "whole": False,
            "as_of": now,
            "category_title": "月份",
            "series": [
                {"name": "全区", "data": [91.8, 93.0, 91.6, 94.1, 94.9, 96.2]},
                {"name": "东坊街道", "data": [89.2, 90.1, 92.4, 92.0, 95.5, 97.0]},
            ],
        },
    }


def _context() -> dict[str, Any]:
    now = timezone.now()
    wrong = Sample({"place": "", "unit": "", "urgency": "b"})
    wrong.is_valid()
    return {
        "states": list(STATES),
        "tones": list(TONE_ICONS),
        "acts": _acts(),
        "events": _events(),
        "charts": _charts(),
        "form": Sample(),
        "wrong": wrong,
        "page": Paginator(range(940), 50).page(4),
        "place_title": "长兴街道",
        "place_choices": [("全区", "#"), ("长兴街道", "#"), ("新桥街道", "#")],
        "unread": 3,
        "sections": [
            {"title": title, "url": "#", "icon": symbol, "current": address == "/desk/events/", "group": group}
            for group, sections in DESK_GROUPS.items()
            for title, address, symbol in sections
        ],
        "places": [("东湖示例市", "#"), ("东坊区", "#"), ("长兴街道", "#"), ("东坊社区", "")],
        "facts": [
            ("事件号", "SJ202611220417"),
            ("类别", "公共设施 / 排水管道 / 污水外溢"),
            ("地点", "长兴街 12 号门口"),
            ("网格", "东坊社区 03 网格"),
            ("来源", "居民上报（3 人）"),
            ("承办单位", "排水公司"),
            ("协办单位", "长兴街道办"),
            ("联系方式", ""),
        ],
        "h": {
            "used": timedelta(hours=6, minutes=10),
            "limit": timedelta(hours=8),
            "ok": timedelta(hours=2, minutes=5),
            "over": timedelta(hours=9, minutes=36),
        },
        "now": now,
        "due": now + timedelta(hours=1, minutes=50),
        "explain": {
            "formula": "按期结案数 ÷ 应结案数 × 100%。排除 2 件已登记的不可抗力。",
            "source": "示例考核办法第十二条",
            "as_of": now,
            "records": 731,
            "records_url": "#figures",
        },
        "kinds": [
            {"value": "water", "title": "污水、积水", "hint": "漫溢、堵塞、井盖", "icon": "droplet"},
            {"value": "light", "title": "路灯、电线", "hint": "不亮、损坏、垂落", "icon": "bulb"},
            {"value": "waste", "title": "垃圾、乱堆", "hint": "未清运、占通道", "icon": "trash"},
            {"value": "noise", "title": "噪声", "hint": "施工、商铺、夜间", "icon": "volume"},
            {"value": "road", "title": "路面、围挡", "hint": "坑洞、塌陷、围挡", "icon": "barrier-block"},
            {"value": "other", "title": "说不清楚", "hint": "写几句话，由网格中心判断", "icon": "help-circle"},
        ],
        "photos": [
            {"url": static(f"lifang/sample/photo-{n}.png"), "alt": words, "caption": words}
            for n, words in ((1, "办理前"), (2, "办理后"))
        ],
        "areas": static("lifang/sample/areas.json"),
        "points": static("lifang/sample/points.json"),
        "map_places": [("东坊：2 件超时", ""), ("新桥：无超时", ""), ("永宁里：1 件将超时", "")],
        "steps": ["什么事", "在哪里", "照片", "怎么联系"],
        "city_name": "示例市",
        "report_kind": "water",
    }


@opens
def gallery(request: HttpRequest) -> HttpResponse:
    """Every part, in the frame of the desk."""
    return render(request, "looks/gallery.html", _context())


@opens
def resident(request: HttpRequest) -> HttpResponse:
    """The resident's pages: home, one question a page, a case followed."""
    return render(request, "looks/resident.html", _context())


@opens
def phone(request: HttpRequest) -> HttpResponse:
    """The phone app of grid staff."""
    return render(request, "looks/phone.html", _context())


urlpatterns = [
    path("", gallery, name="looks"),
    path("resident/", resident, name="looks_resident"),
    path("phone/", phone, name="looks_phone"),
]
