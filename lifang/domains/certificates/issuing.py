"""Issuing: the facts as they stand become a wording, a signed code, numbered uses of the seal and a signed file."""

import datetime as dt

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lifang.blocks.cases.errors import Refused
from lifang.blocks.packs.shapes import CertificateForm
from lifang.domains.certificates import codes, kinds, letters, papers, sealing
from lifang.domains.certificates.checking import check_settled, form_of
from lifang.domains.certificates.facts import changed, drawn, opened, person_of
from lifang.domains.certificates.models import PAPER, WORDING, Certificate, Printing, SealUse
from lifang.ground.access import vault
from lifang.ground.access.models import User
from lifang.ground.access.scope import holdings_of
from lifang.ground.areas.codes import COUNTY, within
from lifang.ground.areas.queries import full_names
from lifang.ground.trail.actions import record

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('certificates.seal', %s))"
DIGITS = "〇一二三四五六七八九"


def issue(certificate: Certificate, copies: int, by: User, at: dt.datetime) -> None:
    """Make it out and seal so many copies. Needs the case's lock and `certificate.issue`. Raises Refused."""
    day = timezone.localdate(at)
    kind = kinds.issuable(certificate.area, day).get(certificate.kind)
    if kind is None:
        raise Refused(_("「{title}」已不在可以出具的清单上，不能出具。").format(title=certificate.title))
    form = form_of(certificate)
    check_signer(form, certificate.area, by)
    found = check_settled(certificate)
    person = person_of(certificate.person)
    if later := changed(found, drawn(person, form)):
        titles = _("、").join(form.facts[name].title for name in later)
        raise Refused(_("核实以后登记变了：{facts}。请退回重新核实。").format(facts=titles))
    values = {name: opened(found[name]) for name in form.facts}
    wording = form.wording.format(**values)
    certificate.wording = vault.seal(wording, WORDING)
    certificate.issued_on, certificate.until = day, day + dt.timedelta(days=form.days - 1)
    certificate.digest = codes.digest(
        certificate.number, certificate.title, wording, str(certificate.issued_on), str(certificate.until)
    )
    with translation.override(letters.LANGUAGE):
        certificate.code = codes.sign(
            codes.Signed(
                certificate.number, certificate.title, issuer_of(certificate),
                vault.mask_name(person.name if person else ""), certificate.issued_on, certificate.until,
                certificate.digest,
            )
        )  # fmt: skip
    certificate.check_code = codes.check_code(certificate.code)
    certificate.save()
    seal_copies(certificate, form, copies, by, at)
    if person is not None:
        record(
            what="certificate.issued", kind="resident", object_id=person.pk, area=person.area,
            purpose=certificate.title, number=certificate.number,
        )  # fmt: skip


def check_signer(form: CertificateForm, area: int, by: User) -> None:
    held = {one.role for one in holdings_of(by).held if within(area, one.area)}
    if held.isdisjoint(form.signs):
        raise Refused(_("这项证明不由你的角色签发，请有权签发的同事来出具。"))


def seal_copies(certificate: Certificate, form: CertificateForm, copies: int, by: User, at: dt.datetime) -> Printing:
    """Set the seal on further copies: the community's next numbers of the year, in one signed file. Raises Refused."""
    before = SealUse.objects.filter(printing__certificate=certificate).count()
    if not 1 <= copies <= form.copies - before:
        raise Refused(
            _("这项证明最多 {most} 份，已用印 {n} 份，不能再印 {more} 份。").format(
                most=form.copies, n=before, more=f"{copies:g}"
            ),
            "copies",
        )
    day = timezone.localdate(at)
    if certificate.until is None or certificate.until < day:
        raise Refused(_("这件证明已过有效期，请重新申请。"))
    year = day.year
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [certificate.community])
    last = SealUse.objects.filter(area=certificate.community, year=year).order_by("-serial").first()
    first = last.serial + 1 if last else 1
    rows = [
        SealUse(area=certificate.community, year=year, serial=first + n, copy=before + n + 1) for n in range(copies)
    ]
    pdf = sealing.sign(_paper(certificate, rows, by), certificate.title)
    made = Printing.objects.create(
        certificate=certificate, area=certificate.area, pdf=vault.seal_bytes(pdf, PAPER), by=by, at=at
    )
    for row in rows:
        row.printing = made
    SealUse.objects.bulk_create(rows)
    return made


def _paper(certificate: Certificate, rows: list[SealUse], by: User) -> bytes:
    day, until = certificate.issued_on, certificate.until
    assert day is not None
    assert until is not None
    link = settings.ORIGIN + reverse("certificate_code", args=[certificate.code])
    with translation.override(letters.LANGUAGE):
        body = _("，交{body}").format(body=certificate.body) if certificate.body else ""
        return papers.printed(
            "certificate",
            {
                "title": certificate.title, "number": certificate.number, "issuer": issuer_of(certificate),
                "link": link, "qr": papers.qr(link), "day": [day.year, day.month, day.day], "sample": settings.CONFIG.demo,
                "wording": [vault.unseal(bytes(certificate.wording), WORDING)],
                "tail": [
                    _("本证明用于{purpose}{body}，不作他用。有效期至{day}。").format(
                        purpose=certificate.purpose, body=body, day=written(until)
                    )
                ],
                "signer": _("经办人：{name}").format(name=by.name or by.username), "issued": written(day),
                "copies": [
                    {"seal": row.number, "words": _("第 {n} 份").format(n=row.copy)} for row in rows
                ],
                "words": {
                    "sample": _("演示数据，不作凭证"), "number": _("编号"), "seal": _("用印"), "stamp": _("（盖章）"),
                    "qr": _("核验用的二维码"),
                },
                "foot": [
                    _("核验：用手机扫左边的码；或打开 {address} ，输入编号和校验码 {check}。").format(
                        address=settings.ORIGIN + reverse("certificate_verify"), check=certificate.check_code
                    ),
                    _("码里有签名，不联网也能核验。是否已撤销，以联网核验为准。"),
                    _("正文：{digest}").format(digest=certificate.digest),
                ],
            },
        )  # fmt: skip


def issuer_of(certificate: Certificate) -> str:
    return committee(certificate.community)


def committee(community: int) -> str:
    """Its whole name, with the district and street that it stands in."""
    name = full_names([community], timezone.localdate(), COUNTY).get(community, "")
    return (
        name.removesuffix("居委会").removesuffix("居民委员会") + "居民委员会" if not name.endswith("村委会") else name
    )


def written(day: dt.date) -> str:
    """二〇二六年十一月二十二日"""
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{_number(day.month)}月{_number(day.day)}日"


def _number(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones or not tens else "")


def pdf_of(printing: Printing) -> bytes:
    return vault.unseal_bytes(bytes(printing.pdf), PAPER)
