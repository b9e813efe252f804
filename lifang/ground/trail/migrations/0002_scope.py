from django.db import migrations

from lifang.ground.access.rls import FUNCTION, AppendOnly, EnableScope, within


class Migration(migrations.Migration):
    """Everybody's acts are written; only those who audit a place read them; nobody changes them."""

    dependencies = [("trail", "0001_initial"), ("access", "0002_scope")]

    operations = [
        EnableScope(
            "entry",
            read=f"{within()} AND ({FUNCTION} = 'trail.read' OR {FUNCTION} LIKE 'system.%')",
            write="true",
        ),
        AppendOnly("entry"),
    ]
