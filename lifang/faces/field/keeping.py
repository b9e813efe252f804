"""Which pages a phone may keep for the time without network, and for whom."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

MOST_CASES = 200
MOST_BYTES = 40 * 1024 * 1024
MOST_DAYS = 7
PATIENCE_MS = 6000


def words() -> dict[str, str]:
    """What the scripts of the phone app say."""
    return {
        "snapshot": _("截至 {time} 的内容"),
        "no_network": _("现在没有连上网络。"),
        "waiting": _("等待发送"),
        "sending": _("正在发送"),
        "done": _("已发出"),
        "conflict": _("要重新选择"),
        "refused": _("没有办成"),
        "kept_report": _("已记在手机里，有网络后自动发出。"),
        "kept_act": _("这一步已记在手机里，有网络后自动发出。"),
        "sent_report": _("已上报，编号 {number}。承办：{owner}。"),
        "sent_act": _("已发出：{title}。"),
        "kept": _("填写的内容都在手机里。"),
        "again": _("看最新情况，重新选择"),
        "edit": _("修改后再发"),
        "drop": _("删掉这一条"),
        "drop_sure": _("删掉以后，这一条填写的内容就没有了。确定删掉吗？"),
        "signed_out": _("登录已失效，手机里还有 {n} 件没有发出。重新登录后会自动发出。"),
        "sign_in": _("重新登录"),
        "count": _("{n} 件等待发送"),
        "problem_count": _("{n} 件要你看一看"),
        "other_person": _("这部手机里还有另一位同事没有发出的 {n} 件，要他本人登录后发出。"),
        "photos": _("照片 {n} 张"),
        "happened": _("记下的时间 {time}"),
        "storage": _("存了 {n} 个案件、{pages} 个页面，共 {size}；等待发送的内容 {queue}。"),
        "limits": _("最多存 {n} 个案件、{size}，超出时先删最早的。存满 {days} 天的自动删掉。"),
        "full": _("手机空间不够，这张照片没有存下。"),
        "no_text": _("请写一写看到的情况。"),
        "no_category": _("请选一个类别。"),
        "no_place": _("请取手机位置，或者写出地点。"),
        "locating": _("正在取位置…"),
        "located": _("已取到位置，误差约 {metres} 米。"),
        "not_located": _("没有取到位置，请写出地点。"),
        "leave_sure": _("手机里还有 {n} 件没有发出，退出会把它们删掉。确定退出吗？"),
        "left": _("这部手机上的内容已清除。现在没有网络，联网后请再退出一次。"),
        "none_kept": _("手机里存的案件没有符合的。联网后可以查全部。"),
        "found_kept": _("没有网络，只在手机里存的案件中查找。"),
        "pending": _("“{title}”已记下，等待发送。发出以前，这里还是原来的内容。"),
        "installed": _("已经装在手机桌面。"),
    }


def page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200, *, keep: bool = True
) -> HttpResponse:
    """A page of the app; one that came out well may be kept on the phone of the person it was made for, unless it names
    residents."""
    now = {"words": words(), "limits": {"cases": MOST_CASES, "bytes": MOST_BYTES, "days": MOST_DAYS}}
    response = render(request, template, {**now, **context}, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    if keep and status == 200 and request.method == "GET":
        response.headers["X-Keep-For"] = str(request.user.pk)
    return response
