"""Certificates: what was asked for, what was found and how, what was sealed, and letters to bodies that asked in vain."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from lifang.blocks.cases.models import Case
from lifang.ground.access.models import Unit, User
from lifang.ground.access.vault import Sealed
from lifang.ground.areas.codes import COMMUNITY, at_level

APPLICANT, WORDING, PAPER = "certificate.applicant", "certificate.wording", "certificate.paper"
FACT, SEEN = "certificate.fact", "certificate.seen"


class Certificate(models.Model):
    """One demand for a certificate, and the certificate that came of it; its state is its case's.

    `area` is where the resident lives, a grid or a community. `kind` is the matter's name, "" where no list knows what was
    asked for. `person` is the id of the resident whom it is about, None while it is not known who of the register that
    is; what was sealed outlives what is known of them. `applicant` seals, as JSON, what the applicant said of themselves
    and of who came for them (name, number, proxy, relation). `body` asked for the certificate.

    What was issued stands as it was: `code` is the signed text inside its QR code, `check_code` the short form of it,
    `digest` that of its wording. `until` is the last day of its life.
    """

    class Consent(models.TextChoices):
        SELF = "self", _("本人来办")
        PRESENT = "present", _("本人在场，由工作人员代填")
        GUARDIAN = "guardian", _("监护人代办")
        LETTER = "letter", _("持委托书代办")
        PHONE = "phone", _("电话中同意")

    PROXIES = (Consent.GUARDIAN, Consent.LETTER)

    class Channel(models.TextChoices):
        COUNTER = "counter", _("柜台")
        PHONE = "phone", _("电话")
        PAPER = "paper", _("纸质申请表")
        WEB = "web", _("网上")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="certificate")
    number = models.CharField(_("编号"), max_length=24, unique=True)
    area = models.BigIntegerField(_("地域"))
    kind = models.CharField(max_length=40, blank=True)
    title = models.CharField(_("证明名称"), max_length=120)
    person = models.BigIntegerField(null=True)
    applicant = Sealed(default=b"", binding=APPLICANT, title=_("证明申请人的姓名、号码"))
    consent = models.CharField(_("怎样同意"), max_length=10, choices=Consent.choices, default=Consent.SELF)
    channel = models.CharField(_("怎样申请"), max_length=10, choices=Channel.choices)
    purpose = models.CharField(_("用途"), max_length=100)
    body = models.CharField(_("要证明的单位"), max_length=80, blank=True)
    copies = models.SmallIntegerField(_("份数"), default=1)
    wording = Sealed(default=b"", binding=WORDING, title=_("证明的正文"))
    issued_on = models.DateField(_("出具日期"), null=True)
    until = models.DateField(_("有效期至"), null=True)
    digest = models.CharField(max_length=32, blank=True)
    check_code = models.CharField(_("校验码"), max_length=8, blank=True)
    code = models.TextField(blank=True)
    revoked_on = models.DateField(_("撤销日期"), null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area"], name="certificate_area"),
            models.Index(fields=["person"], name="certificate_person"),
            models.Index(fields=["until"], name="certificate_until", condition=models.Q(until__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def community(self) -> int:
        return at_level(self.area, COMMUNITY)


class Fact(models.Model):
    """What somebody found of one fact of a certificate, and how. Rows are only ever added; the newest of a name counts.

    `record` is the id of the register's record that said so, `held_on` its day. `seen` seals the paper or the witnesses.
    """

    class Way(models.TextChoices):
        REGISTER = "register", _("查登记")
        PAPER = "paper", _("看材料")
        VISIT = "visit", _("上门")
        WITNESSES = "witnesses", _("两人以上证明")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="facts")
    area = models.BigIntegerField()
    name = models.CharField(max_length=40)
    value = Sealed(binding=FACT, title=_("证明里核实的事实"))
    way = models.CharField(_("怎样核实"), max_length=10, choices=Way.choices)
    seen = Sealed(default=b"", binding=SEEN, title=_("核实时看的材料、证明人"))
    record = models.BigIntegerField(null=True)
    origin = models.CharField(_("来源"), max_length=160, blank=True)
    held_on = models.DateField(null=True)
    otherwise = models.BooleanField(_("与所说不符"), default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class Printing(models.Model):
    """Copies that were sealed together: one signed PDF, a page a copy."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="printings")
    area = models.BigIntegerField()
    pdf = Sealed(binding=PAPER, title=_("出具的证明文件"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class SealUse(models.Model):
    """The seal register: one row each time the seal of a community is set, numbered from 1 each year without a gap."""

    printing = models.ForeignKey(Printing, models.PROTECT, related_name="seals")
    area = models.BigIntegerField(_("社区"))
    year = models.SmallIntegerField(_("年份"))
    serial = models.IntegerField(_("用印号"))
    copy = models.SmallIntegerField(_("第几份"))

    class Meta:
        ordering = ["area", "year", "serial"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "year", "serial"],
                name="seal_number_once",
                violation_error_message=_("这个用印号已经用过。"),
            ),
            models.CheckConstraint(condition=models.Q(serial__gte=1), name="seal_numbers_begin_at_one"),
        ]

    @property
    def number(self) -> str:
        return f"{self.year}-{self.serial:04d}"


@pghistory.track()
class Letter(models.Model):
    """To a body that asked a resident for what a community may not certify: it names the rule, and no resident.

    `unit` is the body where it works on the platform: its people are told and read the letter there.
    """

    class State(models.TextChoices):
        WRITTEN = "written", _("待送出")
        SENT = "sent", _("已送出")
        DELIVERED = "delivered", _("已送达")
        RETURNED = "returned", _("送不到")

    class Way(models.TextChoices):
        HAND = "hand", _("当面交")
        POST = "post", _("邮寄")
        FAX = "fax", _("传真")
        MAIL = "mail", _("电子邮件")
        NOTICE = "notice", _("平台通知")

    certificate = models.OneToOneField(Certificate, models.PROTECT, primary_key=True, related_name="letter")
    area = models.BigIntegerField()
    body = models.CharField(_("收信单位"), max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("正文"))
    state = models.CharField(_("送达"), max_length=10, choices=State.choices, default=State.WRITTEN)
    way = models.CharField(_("怎样送"), max_length=8, choices=Way.choices, blank=True)
    on = models.DateField(_("哪一天"), null=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
