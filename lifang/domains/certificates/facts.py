"""What the registers say of the facts of a certificate, and what somebody found of them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import CertificateForm
from lifang.blocks.registry.children import SHELTERED
from lifang.blocks.registry.dossier import gather
from lifang.blocks.registry.merged import final_heirs
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.seeking import sought
from lifang.blocks.registry.showing import MASKS, mask_number
from lifang.domains.certificates.models import FACT, Certificate, Fact
from lifang.ground.access import vault
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import span

SHOWN_OF_ADDRESS = 4
OF_CHILDREN = ("address", "identity", "phone")


@dataclass(frozen=True)
class Drawn:
    """An element as the registers have it now: `value` is whole, `masked` has stars where it is a number; `doubt` says why
    somebody should look twice, or ""."""

    kind: str
    value: str
    masked: str
    record: int
    origin: str
    held_on: dt.date
    doubt: str


def person_of(pk: int | None) -> Person | None:
    """The resident, or whom they were merged into; None where nobody is on record any more."""
    if pk is None:
        return None
    with system_scope("certificate.person"):
        return Person.objects.filter(pk=final_heirs([pk])[pk], into=None).first()


def numbered(number: str, community: int) -> list[Person]:
    """The residents of a community with this whole number: one, or nobody."""
    asked, below = sought(number), span(community)
    if asked.kind != "number":
        return []
    with system_scope("certificate.person"):
        found = Person.objects.standing().filter(asked.tiers[0].which, area__gte=below.start, area__lt=below.stop)
        return list(found[:2])


def drawn(person: Person | None, form: CertificateForm) -> dict[str, Drawn]:
    """By fact, what the registers say; nothing of facts that they do not hold."""
    if person is None:
        return {}
    with system_scope("certificate.facts"):
        shown = gather(person, None)
    lines = {line.element: line for line in shown.lines}
    found = {}
    for name, fact in form.facts.items():
        if (line := lines.get(fact.element)) is None:
            continue
        word = line.winner.word
        doubt = _("各部门说法不一") if line.open else _("很久没有更新") if line.stale else ""
        found[name] = Drawn(
            shown.elements[fact.element].kind, shown.speller.words(fact.element, word.value), line.value,
            word.record.pk, word.record.system.title, word.record.held_from, doubt,
        )  # fmt: skip
    return found


def shown(found: Mapping[str, Drawn], *, whole: bool, child: bool) -> dict[str, str]:
    """Their values for a page: of a `child` who is not for the reader neither numbers nor home, else `whole` or masked."""
    return {
        name: str(SHELTERED) if child and one.kind in OF_CHILDREN else one.value if whole else one.masked
        for name, one in found.items()
    }


def latest(certificate: Certificate) -> dict[str, Fact]:
    """By name, what was found last."""
    return {fact.name: fact for fact in Fact.objects.filter(certificate=certificate).select_related("by")}


def opened(fact: Fact) -> str:
    return vault.unseal(bytes(fact.value), FACT)


def changed(found: Mapping[str, Fact], now: Mapping[str, Drawn]) -> list[str]:
    """Names of the facts that were drawn from the registers, of which these say something else now."""
    return [
        name
        for name, fact in found.items()
        if fact.way == Fact.Way.REGISTER and (name not in now or now[name].value != opened(fact))
    ]


def kind_of(form: CertificateForm | None, name: str) -> str:
    """Of which kind the element is that a fact is about; text where it is about none."""
    element = form.facts[name].element if form and name in form.facts else ""
    return packs.elements()[element].kind if element in packs.elements() else "text"


def told(form: CertificateForm | None, name: str, value: str, *, numbers: bool, child: bool) -> str:
    """What is shown of a fact to who checks it: numbers with stars unless they may see `numbers`, and of a `child` who is not
    for them neither numbers nor home."""
    kind = kind_of(form, name)
    if child and kind in OF_CHILDREN:
        return str(SHELTERED) if value else ""
    mask = None if numbers else MASKS.get(kind)
    return mask(value) if mask else value


def masked(form: CertificateForm | None, name: str, value: str) -> str:
    """What is shown of a fact to whoever holds the paper: enough to compare with it, no more."""
    kind = kind_of(form, name)
    match kind:
        case "name":
            return vault.mask_name(value)
        case "identity":
            return mask_number(value)
        case "phone":
            return vault.mask_phone(value)
    kept = SHOWN_OF_ADDRESS if kind == "address" else 2
    return value[:kept] + "****" if len(value) > kept else value[:1] + "****"
