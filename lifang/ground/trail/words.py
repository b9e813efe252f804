"""What the trail's acts are called."""

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
    "unit.changed": _("修改单位"),
    "job.retried": _("重试后台任务"),
    "trail.exported": _("导出留痕"),
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
}
# Ready-made questions of auditors: name → words and conditions.
QUESTIONS = {
    "": (_("全部"), {}),
    "contact": (_("查看联系方式"), {"function": "person.contact"}),
    "grants": (_("授权变动"), {"what__startswith": "grant."}),
    "people": (_("人员变动"), {"kind": "person"}),
    "cases": (_("案件办理"), {"kind": "case"}),
    "areas": (_("区划调整"), {"what__startswith": "area."}),
    "shared": (_("查看他地数据"), {"what": "shared.read"}),
    "foreign": (_("越界查看"), {"what__endswith": ".foreign"}),
    "exports": (_("导出"), {"what__endswith": "exported"}),
}
