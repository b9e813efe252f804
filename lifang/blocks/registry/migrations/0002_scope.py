from django.db import migrations

from lifang.ground.access.rls import FUNCTION, AppendOnly, EnableScope, within

# Persons are shown under functions of persons and of their data alone, so that no other page reads them by mistake.
ASKED = f"{FUNCTION} ~ '^(person|data|system)\\.'"
OF_DATA = f"{FUNCTION} ~ '^(data|system)\\.'"
SYSTEM = f"{FUNCTION} ~ '^system\\.'"
HERE = f"{ASKED} AND {within()}"
PERSON = "EXISTS (SELECT 1 FROM registry_person p WHERE p.id = person_id)"
RECORD = f"{ASKED} AND ({within()} OR {PERSON})"
OF_PERSON = f"{SYSTEM} OR ({ASKED} AND {PERSON})"
RECORDED = "EXISTS (SELECT 1 FROM registry_record r WHERE r.id = record_id)"
OF_RECORD = f"{SYSTEM} OR ({ASKED} AND {RECORDED})"
HEALTH = f"{SYSTEM} OR ({FUNCTION} = 'person.health' AND {RECORDED})"
OF_IMPORT = f"{OF_DATA} AND EXISTS (SELECT 1 FROM registry_import i WHERE i.id = imported_id)"
DATA_HERE = f"{OF_DATA} AND {within()}"


class Migration(migrations.Migration):
    """Persons and their records are reached by place; imports and systems by who answers for the data of a place.

    Records, moves and rulings are never rewritten by hand: a record changes only its person and its end.
    """

    dependencies = [("registry", "0001_initial"), ("access", "0002_scope")]

    operations = [
        EnableScope("system", read=f"{ASKED}", write=DATA_HERE),
        EnableScope("systemevent", read=f"{OF_DATA} AND {within()}", write="true"),
        EnableScope("import", read=HERE, write=DATA_HERE),
        EnableScope("problem", read=OF_IMPORT, write=OF_IMPORT),
        EnableScope("person", read=HERE, write=HERE),
        EnableScope("record", read=RECORD, write=RECORD),
        EnableScope("special", read=HEALTH, write=HEALTH),
        EnableScope("key", read=OF_RECORD, write=OF_RECORD),
        EnableScope("pair", read=HERE, write=HERE),
        EnableScope("move", read=HERE, write=HERE),
        EnableScope("ruling", read=OF_PERSON, write=OF_PERSON),
        EnableScope("conflict", read=HERE, write=HERE),
        AppendOnly("systemevent"),
        AppendOnly("move"),
        AppendOnly("ruling"),
    ]
