"""What the trail's acts are called."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

WHAT = {
    "person.created": _("新增人员"),
    "person.changed": _("修改人员"),
    "person.closed": _("停用账号"),
    "person.opened": _("启用账号"),
    "person.password_reset": _("重设密码"),
    "grant.given": _("授予角色"),
    "grant.ended": _("终止授权"),
    "unit.created": _("新增单位"),
    "grant.carried": _("授权随区划调整延续"),
    "unit.changed": _("修改单位"),
    "unit.carried": _("单位随区划调整延续"),
    "areas.load": _("装入区划"),
    "demo.loaded": _("装入演示城市"),
    "areas.import": _("导入区划名单"),
    "areas.boundaries": _("导入边界"),
    "areas.ground": _("生成界线"),
    "areas.create": _("设立"),
    "areas.split": _("拆分"),
    "areas.merge": _("合并"),
    "areas.rename": _("更名"),
    "areas.move": _("划转"),
    "areas.redraw": _("调整界线"),
    "areas.undo": _("撤销区划调整"),
    "finding.accepted": _("采纳反复发生的线索"),
    "finding.refused": _("未采纳反复发生的线索"),
    "finding.open": _("重新研判反复发生的线索"),
    "contact.shown": _("查看联系方式"),
    "token.give": _("发放接口令牌"),
    "token.revoke": _("收回接口令牌"),
    "webhook.subscribe": _("设立推送"),
    "webhook.end": _("停用推送"),
    "webhook.again": _("重新推送"),
    "api.read": _("通过接口读取"),
    "case.export": _("导出案件"),
    "figures.export": _("导出指标"),
    "job.retried": _("重试后台任务"),
    "trail.exported": _("导出留痕"),
    "data.system_added": _("登记数据来源"),
    "data.system_changed": _("修改数据来源"),
    "data.received": _("收到部门文件"),
    "data.confirmed": _("确认文件的列"),
    "data.taking": _("开始入库"),
    "data.taken": _("入库"),
    "data.cancelled": _("取消导入"),
    "data.undoing": _("开始撤销导入"),
    "data.undone": _("撤销导入"),
    "data.corrected": _("下载标出问题的原表"),
    "import.foreign": _("试图查看范围外的导入（未看到）"),
    "shared.read": _("查看他地数据"),
    "case.foreign": _("试图查看范围外的案件（未看到）"),
}
KINDS = {
    "case": _("案件"),
    "person": _("人员"),
    "unit": _("单位"),
    "area": _("区划"),
    "page": _("页面"),
    "job": _("后台任务"),
    "trail": _("留痕"),
    "areachange": _("区划调整"),
    "list": _("案件列表"),
    "figure": _("指标"),
    "finding": _("反复发生的线索"),
    "token": _("接口令牌"),
    "webhook": _("推送"),
    "system": _("数据来源"),
    "import": _("数据导入"),
}
# Rooms above add what their own acts are called.
MORE: list[Callable[[str], str | None]] = []
# Ready-made questions of auditors: name → words and conditions.
QUESTIONS: dict[str, tuple[Any, dict[str, Any]]] = {
    "": (_("全部"), {}),
    "contact": (_("查看联系方式"), {"what": "contact.shown"}),
    "grants": (_("授权变动"), {"what__startswith": "grant."}),
    "people": (_("人员变动"), {"kind": "person"}),
    "cases": (_("案件办理"), {"kind": "case"}),
    "areas": (_("区划调整"), {"what__startswith": "areas."}),
    "data": (_("部门数据"), {"what__startswith": "data."}),
    "shared": (_("查看他地数据"), {"what": "shared.read"}),
    "foreign": (_("越界查看"), {"what__endswith": ".foreign"}),
    "exports": (
        _("导出"),
        {"what__in": ["case.export", "figures.export", "trail.exported", "data.corrected", "person.exported"]},
    ),
}


def words_of(what: str) -> str | None:
    """What an act is called; None where nobody says."""
    found = WHAT.get(what)
    return str(found) if found else next((said for more in MORE if (said := more(what))), None)
