"""Words for the meter and for what the trail keeps of it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lifang.ground.trail import words

KINDS = {
    "task": _("任务"), "form": _("报表、台账"), "meeting": _("会议"), "inspection": _("检查、考核"), "plate": _("挂牌"),
    "data": pgettext_lazy("asked for", "数据"), "certificate": _("证明"), "visit": _("走访"), "learning": _("学习交流"),
}  # fmt: skip
"""What a community's minutes go to; the last two are its own."""
OWN = ("visit", "learning")
FORBIDDEN = {
    "clock_in": (_("签到打卡"), _("请提出的部门取消打卡；平台按办结的事计，不记谁几点在哪里。")),
    "points": (_("积分排名"), _("请提出的部门取消积分和排名；平台只比单位的负担，不比人。")),
    "online": (_("在线时长"), _("请提出的部门取消在线时长；用得上才用。")),
    "photos": (_("拍照截图留痕"), _("请提出的部门取消强制拍照；登记册和办理经过就是凭据。")),
    "track": (_("定位轨迹"), _("请提出的部门取消轨迹；走访看见没见到人，不看走了多远。")),
    "replies": (_("接龙回复、转发点赞"), _("请提出的部门改用平台下达；下达就有收到的记录。")),
}
words.WHAT |= {
    "occasion.planned": _("列入会议检查日历"),
    "occasion.held": _("登记会议检查已举行"),
    "occasion.merged": _("合并会议检查"),
    "occasion.cancelled": _("取消会议检查"),
    "occasion.foreign": _("试图查看范围外的会议检查（未看到）"),
}
words.KINDS["occasion"] = _("会议检查")
