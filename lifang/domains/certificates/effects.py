"""What the acts of a certificate do beyond its case."""

from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Doing, effect
from lifang.blocks.cases.errors import Refused
from lifang.domains.certificates import issuing
from lifang.domains.certificates.checking import check_settled, form_of
from lifang.domains.certificates.models import Certificate
from lifang.ground.access.models import User


def _of(doing: Doing) -> Certificate:
    return Certificate.objects.select_related("case").get(case=doing.case)


def _copies(doing: Doing) -> int:
    number = doing.data["copies"]
    if number != int(number):
        raise Refused(_("份数要填整数。"), "copies")
    doing.data["copies"] = int(number)
    return int(number)


@effect("facts_settled")
def facts_settled(doing: Doing) -> None:
    check_settled(_of(doing))


@effect("issue_certificate")
def issue_certificate(doing: Doing) -> None:
    issuing.issue(_of(doing), _copies(doing), User.objects.get(pk=doing.actor.user_id or 0), doing.at)


@effect("seal_copies")
def seal_copies(doing: Doing) -> None:
    certificate = _of(doing)
    by = User.objects.get(pk=doing.actor.user_id or 0)
    form = form_of(certificate)
    issuing.check_signer(form, certificate.area, by)
    issuing.seal_copies(certificate, form, _copies(doing), by, doing.at)


@effect("revoke_certificate")
def revoke_certificate(doing: Doing) -> None:
    certificate = _of(doing)
    certificate.revoked_on = timezone.localdate(doing.at)
    certificate.save(update_fields=["revoked_on"])


@effect("life_is_over")
def life_is_over(doing: Doing) -> None:
    until = _of(doing).until
    if until is None or timezone.localdate(doing.at) <= until:
        raise Refused(_("还没有到期，到 {day} 为止有效。不该再用的，请撤销。").format(day=until))
