from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, PLACES, AppendOnly, EnableScope

READS = f"{FUNCTION} ~ '^(dwelling|person|data|care|system)\\.'"
SYSTEM = f"{FUNCTION} ~ '^system\\.'"
MANAGES = f"({SYSTEM} OR {FUNCTION} = 'dwelling.manage')"
NOTES = f"({SYSTEM} OR {FUNCTION} IN ('dwelling.manage', 'dwelling.note'))"
# A building known only by community is shown to each of its grids.
NEAR = f"{PLACES} && int8range(area, area + CASE WHEN area % 1000 = 0 THEN 1000 ELSE 1 END)"
BUILDING = "EXISTS (SELECT 1 FROM dwellings_building b WHERE b.id = building_id)"
DWELLING = "EXISTS (SELECT 1 FROM dwellings_dwelling d WHERE d.id = dwelling_id)"


def kept(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"REVOKE DELETE, TRUNCATE ON {table} FROM {APP_ROLE}", f"GRANT DELETE ON {table} TO {APP_ROLE}"
    )


class Migration(migrations.Migration):
    """Buildings are shown to those who read persons, their data or dwellings there; what was said of them is never
    rewritten, only taken back."""

    dependencies = [("dwellings", "0001_initial"), ("access", "0002_scope")]

    operations = [
        EnableScope("filing", read=f"{READS} AND {NEAR}", write=f"{NOTES} AND {NEAR}"),
        EnableScope("building", read=f"{READS} AND {NEAR}", write=f"{MANAGES} AND {NEAR}"),
        EnableScope("layout", read=f"{READS} AND {BUILDING}", write=f"{MANAGES} AND {BUILDING}"),
        EnableScope("dwelling", read=f"{READS} AND {BUILDING}", write=f"{NOTES} AND {BUILDING}"),
        EnableScope("condition", read=f"{READS} AND {DWELLING}", write=f"{NOTES} AND {DWELLING}"),
        AppendOnly("layout"),
        AppendOnly("condition"),
        kept("dwellings_filing"),
        kept("dwellings_building"),
        kept("dwellings_dwelling"),
    ]
