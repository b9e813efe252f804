from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, USER, AppendOnly, EnableScope, within

SYSTEM = f"{FUNCTION} ~ '^system\\.'"
# As the person: who moves or is merged takes the marks along.
PERSON = "EXISTS (SELECT 1 FROM registry_person p WHERE p.id = person_id)"
# Who may mark or review is asked besides whether the register may be seen.
SHOWN = f"(see = 'person.read' OR {FUNCTION} IN (see, 'person.mark', 'person.review'))"
WRITES = f"{FUNCTION} IN ('person.mark', 'person.review')"
MY_UNIT = f"(SELECT u.unit_id FROM access_user u WHERE u.id = {USER})"
MINE = f"user_id = {USER}"


class Migration(migrations.Migration):
    """Marks are reached through their person; lists by who keeps them; what was shown of many persons by those who audit."""

    dependencies = [("lists", "0001_initial"), ("registry", "0002_scope")]

    operations = [
        EnableScope(
            "mark", read=f"{SYSTEM} OR ({SHOWN} AND {PERSON})", write=f"{SYSTEM} OR ({WRITES} AND {SHOWN} AND {PERSON})"
        ),
        EnableScope("savedlist", read=f"{SYSTEM} OR {MINE} OR unit_id = {MY_UNIT}", write=f"{SYSTEM} OR {MINE}"),
        EnableScope(
            "showing",
            read=f"{SYSTEM} OR ({within()} AND ({FUNCTION} = 'trail.read' OR {MINE.replace('user_id', 'by_id')}))",
            write=f"{SYSTEM} OR ({within()} AND {FUNCTION} ~ '^person\\.')",
        ),
        AppendOnly("showing"),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON lists_mark FROM {APP_ROLE}", f"GRANT DELETE ON lists_mark TO {APP_ROLE}"
        ),
    ]
