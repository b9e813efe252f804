from django.db import migrations

from lifang.ground.access.rls import FUNCTION, AppendOnly, EnableScope, within

# Persons are shown under functions of persons and of their data alone, so that no other page reads them by mistake.
# As functions without arguments they are asked once a statement, and the planner takes them for likely.
QUESTIONS = """
CREATE FUNCTION registry_asked() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT lifang_function() ~ '^(person|data|system)\\.' $$;
CREATE FUNCTION registry_asked_of_data() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT lifang_function() ~ '^(data|system)\\.' $$;
CREATE FUNCTION registry_by_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT lifang_function() ~ '^system\\.' $$;
"""
NO_QUESTIONS = """
DROP FUNCTION registry_asked(); DROP FUNCTION registry_asked_of_data(); DROP FUNCTION registry_by_system();
"""
# The application does not own the tables; after many rows the planner must know of them in the same transaction.
COUNT_ANEW = """
CREATE FUNCTION registry_count_anew() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ BEGIN ANALYZE registry_person, registry_record, registry_key; END $$;
"""
ASKED, OF_DATA, SYSTEM = (
    f"(SELECT {name}())" for name in ("registry_asked", "registry_asked_of_data", "registry_by_system")
)
PLACED = f"({SYSTEM} OR {within()})"
HERE = f"{ASKED} AND {PLACED}"
PERSON = "EXISTS (SELECT 1 FROM registry_person p WHERE p.id = person_id)"
RECORDED = "EXISTS (SELECT 1 FROM registry_record r WHERE r.id = record_id)"
RECORD = f"{ASKED} AND ({PLACED} OR {PERSON})"
OF_PERSON = f"{ASKED} AND ({SYSTEM} OR {PERSON})"
OF_RECORD = f"{ASKED} AND ({SYSTEM} OR {RECORDED})"
HEALTH = f"{SYSTEM} OR ({FUNCTION} = 'person.health' AND {RECORDED})"
DATA_HERE = f"{OF_DATA} AND {PLACED}"
OF_IMPORT = f"{OF_DATA} AND ({SYSTEM} OR EXISTS (SELECT 1 FROM registry_import i WHERE i.id = imported_id))"


class Migration(migrations.Migration):
    """Persons and their records are reached by place; which systems there are is public knowledge, what they sent is not.

    Records, moves and rulings are never rewritten by hand: a record changes only its person and its end.
    """

    dependencies = [("registry", "0001_initial"), ("access", "0002_scope")]

    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(COUNT_ANEW, "DROP FUNCTION registry_count_anew();"),
        EnableScope("system", read="true", write=DATA_HERE),
        EnableScope("systemevent", read=DATA_HERE, write="true"),
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
