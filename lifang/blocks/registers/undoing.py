"""Taking a file of entries back, whole, as long as nobody went on from it."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.registers import actions
from lifang.blocks.registers.errors import Refused
from lifang.blocks.registers.models import Entry, File, Member, Statement
from lifang.ground.access.models import User
from lifang.ground.trail.actions import record


@transaction.atomic
def undo(*, file: File, by: User | None) -> None:
    """What the file brought is not believed any more. Raises Refused where somebody went on from it."""
    if file.undone_at:
        raise Refused(_("这次导入已经撤销了。"))
    _untouched_since(file)
    statements = list(Statement.objects.filter(file=file, known_until=None).select_related("replaces"))
    members = list(Member.objects.filter(file=file, known_until=None).select_related("replaces"))
    actions.forget(statements)
    actions.forget(members)
    entries = Entry.objects.filter(pk__in={one.entry_id for one in statements})
    shape = packs.register_kinds(file.area)[file.kind]
    actions.refresh((entry, shape) for entry in entries)
    file.undone_at, file.undone_by = timezone.now(), by
    file.save(update_fields=["undone_at", "undone_by"])
    record(what="register.undone", kind="register", object_id=file.pk, area=file.area, register=file.kind)


def _untouched_since(file: File) -> None:
    """Its entries stay locked. Raises Refused where what the file said, or somebody in a role that it filled, changed since."""
    said, joined = Statement.objects.filter(file=file), Member.objects.filter(file=file)
    touched = Entry.objects.filter(Q(pk__in=said.values("entry")) | Q(pk__in=joined.values("entry"))).order_by("pk")
    list(touched.select_for_update(no_key=True))
    later = Q(known_from__gt=file.at, known_until=None) & ~Q(file=file)
    same_role = Exists(joined.filter(entry=OuterRef("entry"), role=OuterRef("role")))
    further = (
        Statement.objects.filter(later, entry__in=said.values("entry")).select_related("entry").first()
        or Member.objects.filter(later)
        .filter(Q(entry__in=said.values("entry")) | same_role)
        .select_related("entry")
        .first()
    )
    if further is not None:
        raise Refused(
            _("导入以后「{name}」又改过，整份不能撤销；请在它自己的页上更正。").format(name=further.entry.name)
        )
