"""The queues in which events, tasks and needs wait for whoever may take the next step."""

from django.utils.translation import gettext_lazy

from lifang.blocks.cases.queries import Queue, add_queues

ENDED = ("closed", "called_back", "rated", "archived", "refused")
add_queues(
    Queue("accept", gettext_lazy("待受理"), "event.accept", ("reported",)),
    Queue("file", gettext_lazy("待立案"), "event.file", ("accepted",)),
    Queue("dispatch", gettext_lazy("待派遣"), "event.dispatch", ("filed", "returned")),
    Queue("receive", gettext_lazy("待签收"), "event.handle", ("dispatched",)),
    Queue("handle", gettext_lazy("处置中"), "event.handle", ("handling",)),
    Queue("respond", gettext_lazy("待报到"), "event.respond", ("whistled",)),
    Queue("grant", gettext_lazy("待审批"), "event.grant", ("handling",), ("extension_asked", "hang_up_asked")),
    Queue("verify", gettext_lazy("待核查"), "event.verify", ("handled",)),
    Queue("close", gettext_lazy("待结案"), "event.close", ("verified",)),
    Queue("callback", gettext_lazy("待回访"), "event.callback", ("closed",)),
    Queue("arbitrate", gettext_lazy("仲裁"), "event.arbitrate", ("arbitration",)),
    Queue("reopen", gettext_lazy("要求重办"), "event.reopen", ENDED, ("reopen_asked",)),
    Queue("exclusion", gettext_lazy("待审剔除"), "event.review_exclusion", ENDED, ("exclusion_asked",)),
    Queue("archive", gettext_lazy("待归档"), "event.archive", ("called_back", "rated"), tasks=False),
    Queue("hung_up", gettext_lazy("挂账"), "event.hang_up", ("hung_up",), tasks=False),
    Queue("task", gettext_lazy("待回报任务"), "task.handle", ("sent", "taken"), own=True),
    Queue("need", gettext_lazy("居民需求"), "task.handle", ("raised",), own=True),
    Queue("late", gettext_lazy("超期"), "case.read", late=True, tasks=False),
    Queue("supervised", gettext_lazy("督办"), "case.read", flags=("supervised",), tasks=False),
)
