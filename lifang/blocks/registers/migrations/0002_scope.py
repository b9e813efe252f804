from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, PLACES, EnableScope, within

READING = f"{FUNCTION} ~ '^(register|system)\\.'"
WRITING = f"({FUNCTION} IN ('register.edit', 'register.import') OR {FUNCTION} ~ '^system\\.')"
# Who works in a grid sees what stands at its community.
ABOVE = f"(area % 1000 = 0 AND area % 1000000 <> 0 AND {PLACES} && int8range(area, area + 1000))"
READ, WRITE = f"{READING} AND ({within()} OR {ABOVE})", f"{WRITING} AND {within()}"
ENTRY = "EXISTS (SELECT 1 FROM registers_entry e WHERE e.id = entry_id)"
STOCKTAKE = "EXISTS (SELECT 1 FROM registers_stocktake s WHERE s.id = stocktake_id)"
# What was said is never rewritten: only the moment until which it was believed may be set, and a telephone sealed anew.
ADDED_ONLY = f"""
REVOKE UPDATE, DELETE, TRUNCATE ON registers_statement, registers_member FROM {APP_ROLE};
GRANT UPDATE (known_until) ON registers_statement TO {APP_ROLE};
GRANT UPDATE (known_until, phone) ON registers_member TO {APP_ROLE};
"""
AS_BEFORE = f"GRANT UPDATE, DELETE ON registers_statement, registers_member TO {APP_ROLE}"



class Migration(migrations.Migration):
    """Registers are read under their own functions alone, and written under those of entering and importing."""

    dependencies = [("registers", "0001_initial"), ("access", "0002_scope")]

    operations = [
        EnableScope("file", read=READ, write=WRITE),
        EnableScope("entry", read=READ, write=WRITE),
        EnableScope("statement", read=f"{READING} AND {ENTRY}", write=f"{WRITING} AND {ENTRY}"),
        EnableScope("member", read=f"{READING} AND {ENTRY}", write=f"{WRITING} AND {ENTRY}"),
        EnableScope("stocktake", read=READ, write=WRITE),
        EnableScope("counted", read=f"{READING} AND {STOCKTAKE}", write=f"{WRITING} AND {STOCKTAKE}"),
        migrations.RunSQL(ADDED_ONLY, AS_BEFORE),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON registers_file, registers_entry, registers_stocktake, registers_counted FROM {APP_ROLE}",
            f"GRANT DELETE ON registers_file, registers_entry, registers_stocktake, registers_counted TO {APP_ROLE}",
        ),
    ]
