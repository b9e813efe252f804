"""What the work of this room is called in the trail, in lists of jobs and cases, and among the queues."""

from django.utils.translation import gettext_lazy as _

from lifang.blocks.cases.queries import Queue, add_queues
from lifang.ground.jobs.words import TITLES
from lifang.ground.trail import words

WHAT = {
    "certificate.drawn": _("为证明核实登记"),
    "certificate.named": _("对上证明申请人"),
    "certificate.misnamed": _("想把证明申请人对成此人（没有对上）"),
    "certificate.issued": _("为其出具证明"),
    "certificate.read": _("查看证明"),
    "certificate.paper": _("打开证明文件"),
    "certificate.letter": _("登记回函送达"),
    "certificate.foreign": _("试图查看范围外的证明（未看到）"),
}
words.MORE.append(lambda what: str(WHAT[what]) if what in WHAT else None)
words.KINDS["certificate"] = _("证明")
TITLES["certificates.expire"] = _("到期证明标为过期")
add_queues(Queue("certify", _("待核实、待出具证明"), "certificate.check", ("asked", "checked"), own=True))
