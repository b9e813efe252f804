"""What jobs are called by people who do not read code."""

from django.utils.translation import gettext_lazy as _

TITLES = {
    "notices.push": _("向个人提醒地址推送"),
    "cases.tell": _("通知案件办理人员"),
    "cases.end_waits": _("挂账到期恢复办理"),
    "grid.task_rest": _("汇总任务回报"),
    "figures.fold": _("汇总统计数"),
    "figures.find": _("查找反复出现的事件"),
    "api.deliver": _("向外部系统推送"),
    "jobs.rescue": _("接手中断的任务"),
    "jobs.clean": _("清理旧任务"),
    "files.sweep": _("清理没有用到的照片"),
    "experts.tell": _("通知专家和请教的人"),
    "privacy.retain": _("删除到期的资料"),
    "privacy.reseal": _("用新钥匙重新加密"),
    "registry.read": _("读部门送来的大文件"),
    "registry.check": _("预检部门送来的文件"),
    "registry.take": _("把部门送来的文件入库"),
    "registry.undo": _("撤销部门文件的入库"),
    "registry.follow": _("居民和楼栋随区划调整"),
}
STATES = {
    "todo": ("info", _("等待")),
    "doing": ("info", _("进行中")),
    "succeeded": ("good", _("成功")),
    "failed": ("bad", _("失败")),
    "cancelled": ("quiet", _("已取消")),
    "aborted": ("quiet", _("已中止")),
}
