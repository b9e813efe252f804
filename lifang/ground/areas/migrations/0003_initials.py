from typing import Any

from django.db import migrations

from lifang.ground.areas.letters import RARER
from lifang.ground.areas.pinyin import initials

BATCH = 2000


def renew(apps: Any, editor: Any) -> None:
    """Initials of the names that hold a character whose letter was not known before."""
    areas = apps.get_model("areas", "Area").objects.using(editor.connection.alias)
    stale = []
    for area in areas.filter(name__regex=f"[{''.join(RARER.values())}]").only("name", "initials").iterator(BATCH):
        fresh = initials(area.name)
        if fresh != area.initials:
            area.initials = fresh
            stale.append(area)
    areas.bulk_update(stale, ["initials"], batch_size=BATCH)


class Migration(migrations.Migration):
    """滕王阁街道 was kept as wgjd: the letters of rarer characters were missing."""

    dependencies = [("areas", "0002_rules")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
