import contextlib
from typing import Any

from django.db import migrations

from lifang.ground.access import vault

BEFORE = "certificate.fact"
OWN = (("Certificate", "wording", "certificate.wording"), ("Fact", "seen", "certificate.seen"))


def seal_anew(apps: Any, editor: Any) -> None:
    """What was sealed together with facts opens under its own binding from now on."""
    for model, column, binding in OWN:
        rows = apps.get_model("certificates", model).objects.using(editor.connection.alias).exclude(**{column: b""})
        for row in rows.only(column).iterator(200):
            with contextlib.suppress(vault.Unreadable):
                setattr(row, column, vault.seal(vault.unseal(getattr(row, column), BEFORE), binding))
                row.save(update_fields=[column])


class Migration(migrations.Migration):
    """Wordings and what was seen were sealed as facts once; what is their own already does not open as a fact, and stays."""

    dependencies = [("certificates", "0003_letters")]

    operations = [migrations.RunPython(seal_anew, migrations.RunPython.noop)]
