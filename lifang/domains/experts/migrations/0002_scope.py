from django.db import migrations

from lifang.ground.access.rls import FUNCTION, PLACES, EnableScope, within

ASKED = f"{FUNCTION} ~ '^(expert|system)\\.'"


class Migration(migrations.Migration):
    """Experts are known at the places that they serve, above and below; only at their own place are they entered.

    Questions to experts are few among a million cases; their lists find them without reading the rest.
    """

    dependencies = [("experts", "0001_initial"), ("access", "0002_scope"), ("cases", "0009_asked")]

    operations = [
        EnableScope(
            "expert",
            read=f"{ASKED} AND int8range(area, area_end) && {PLACES}",
            write=f"{FUNCTION} ~ '^(expert\\.manage$|system\\.)' AND {within()}",
        ),
        migrations.RunSQL(
            "CREATE INDEX experts_consultations ON cases_case (category, id DESC) WHERE type = 'consultation'",
            "DROP INDEX experts_consultations",
        ),
    ]
