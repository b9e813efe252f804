"""Making sure of the facts, one by one: each says who found it, when, how, and whether it is as was said."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import storable
from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import CertificateForm
from lifang.domains.certificates.asking import barred, said_by
from lifang.domains.certificates.facts import drawn, latest, numbered, opened, person_of
from lifang.domains.certificates.models import FACT, SEEN, Certificate, Fact
from lifang.ground.access import vault
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY
from lifang.ground.areas.queries import full_names
from lifang.ground.trail.actions import record

LONGEST = 300
PLACES = re.compile(r"[、,，;；\s]+")


@dataclass(frozen=True)
class Found:
    """One fact as it was found. `seen` names the paper, or those who bore witness; what the register says needs no value.

    `otherwise`: it is not as was said, so that nothing can be certified of it.
    """

    way: str
    value: str = ""
    seen: str = ""
    otherwise: bool = False


def form_of(certificate: Certificate) -> CertificateForm:
    """The form that was in force when it was asked for. Raises Refused."""
    found = packs.certificates(certificate.area, certificate.case.opened_at).get(certificate.kind)
    if found is None:
        raise Refused(_("这项证明没有格式，不能核实和出具。请管理员在政策包里补上。"))
    return found


@transaction.atomic
def note_facts(
    *, certificate: Certificate, found: Mapping[str, Found], by: User, at: dt.datetime | None = None
) -> None:
    """Write down what was found; who leaves a value empty that was found in the same way before leaves it as it was. Runs
    under `certificate.check`. Raises Refused naming the fact; then nothing is kept."""
    at = at or timezone.now()
    case = Case.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if case.state != "asked":
        raise Refused(_("这件证明已经不在核实中，没有改动。请刷新页面再看。"))
    form, person = form_of(certificate), person_of(certificate.person)
    registers, before = drawn(person, form), latest(certificate)
    rows = []
    for name, one in found.items():
        fact = form.facts.get(name)
        if fact is None or one.way not in fact.checks:
            raise Refused(_("这一项不能这样核实，请从列出的方式里选。"), name)
        held = registers.get(name) if one.way == Fact.Way.REGISTER else None
        if one.way == Fact.Way.REGISTER and held is None:
            raise Refused(_("登记里没有「{title}」，请换一种方式核实。").format(title=fact.title), name)
        value, seen = held.value if held else one.value.strip(), one.seen.strip()
        if not value and name in before and before[name].way == one.way:
            value = opened(before[name])
        _check(fact.title, name, one.way, value, seen)
        rows.append(
            Fact(
                certificate=certificate, area=certificate.area, name=name, value=vault.seal(value, FACT), way=one.way,
                seen=vault.seal(seen, SEEN), record=held.record if held else None, origin=held.origin if held else "",
                held_on=held.held_on if held else None, otherwise=one.otherwise, by=by, at=at,
            )
        )  # fmt: skip
    Fact.objects.bulk_create(rows)
    if person is not None:
        record(
            what="certificate.drawn", kind="resident", object_id=person.pk, area=person.area, purpose=certificate.title
        )


def _check(title: str, name: str, way: str, value: str, seen: str) -> None:
    if not value or len(value) > LONGEST or not storable(value):
        raise Refused(_("请写明「{title}」，最多 {n} 个字。").format(title=title, n=LONGEST), name)
    if len(seen) > LONGEST or not storable(seen):
        raise Refused(_("看了什么、谁证明，最多写 {n} 个字。").format(n=LONGEST), name)
    if way == Fact.Way.PAPER and not seen:
        raise Refused(_("「{title}」是看材料核实的，请写明看了什么材料。").format(title=title), name)
    if way == Fact.Way.VISIT and not seen:
        raise Refused(_("「{title}」是上门核实的，请写明谁去的、哪一天。").format(title=title), name)
    if way == Fact.Way.WITNESSES and len([one for one in PLACES.split(seen) if one]) < 2:
        raise Refused(_("「{title}」要两人以上证明，请写出他们的姓名，用顿号隔开。").format(title=title), name)


def check_settled(certificate: Certificate) -> dict[str, Fact]:
    """The facts, all of them made sure of and as was said. Raises Refused naming what is missing."""
    form, found = form_of(certificate), latest(certificate)
    missing = [fact.title for name, fact in form.facts.items() if name not in found]
    if missing:
        raise Refused(_("还没有核实：{facts}。请在证明页上逐项核实。").format(facts=_("、").join(missing)))
    wrong = [form.facts[name].title for name, fact in found.items() if fact.otherwise and name in form.facts]
    if wrong:
        raise Refused(
            _("与所说不符：{facts}。不能据此出具；请先更正登记再核实，或者不予出具。").format(facts=_("、").join(wrong))
        )
    if certificate.person is None:
        raise Refused(_("还不知道申请人是登记中的哪一位。请先对上人。"), "person")
    person = person_of(certificate.person)
    if person is None:
        raise Refused(_("登记里已没有此人，请重新对上人。"), "person")
    if bar := barred(person, certificate.area, certificate.consent):
        raise Refused(bar, "person")
    return found


@transaction.atomic
def name_person(*, certificate: Certificate, person: int) -> None:
    """Who of the register the applicant is: somebody of the community with the number that they gave. Runs under
    `certificate.check`. Raises Refused."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if case.state != "asked":
        raise Refused(_("这件证明已经不在核实中，没有改动。请刷新页面再看。"))
    if Fact.objects.filter(certificate=certificate).exists():
        raise Refused(_("已经按另一位核实过，不能换人。请不予出具后重新申请。"))
    number = said_by(certificate).get("number", "")
    found = next((one for one in numbered(number, certificate.community) if one.pk == person), None)
    if found is None:
        raise Refused(_("只能对上本社区登记里号码与申请人所说一致的人，没有改动。"), "person")
    if bar := barred(found, certificate.area, certificate.consent):
        raise Refused(bar, "person")
    certificate.person, certificate.area = found.pk, found.area
    certificate.save(update_fields=["person", "area"])
    case.area, case.place_text = found.area, full_names([found.area], today(), COMMUNITY).get(found.area, "")
    case.save(update_fields=["area", "place_text"])
    record(what="certificate.named", kind="resident", object_id=found.pk, area=found.area, purpose=certificate.title)
