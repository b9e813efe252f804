from django.db import migrations

from lifang.ground.access.rls import FUNCTION, PLACES, within

COMMUNITY = f"{PLACES} && int8range(area, area + 1000)"
READ = "ALTER POLICY care_{table}_read ON care_{table} USING ({asked} AND {place})"
NOW, BEFORE = f"({FUNCTION} ~ '^(care|system)\\.' OR {FUNCTION} = 'person.read')", f"{FUNCTION} ~ '^(care|person|system)\\.'"


def read(table: str, place: str) -> migrations.RunSQL:
    return migrations.RunSQL(*(READ.format(table=table, place=place, asked=asked) for asked in (NOW, BEFORE)))


class Migration(migrations.Migration):
    """Visits, duties and outreach are read under functions of care, and where households are shown: who may call the
    reporter of a case, or export, has no need of them."""

    dependencies = [("care", "0002_scope")]

    operations = [read("outreach", within()), read("duty", COMMUNITY), read("contact", within())]
