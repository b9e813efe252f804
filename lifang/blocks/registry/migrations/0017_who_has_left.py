from django.db import migrations

# Of one person, as of the end of one day (`lifang.then`: id, day, its end), what had begun and was known by then is shown where
# some word believed on that day puts them in the scope's places: by its code, by one to which that passed, or by a
# community of which a grid lies there. Nothing is shown where nobody asks.
THEN = """
CREATE FUNCTION registry_then_day() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(split_part(current_setting('lifang.then', true), ' ', 2), '')::date $$;
CREATE FUNCTION registry_then_end() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(split_part(current_setting('lifang.then', true), ' ', 3), '')::timestamptz $$;
CREATE FUNCTION registry_then() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT r.person_id FROM (
    SELECT DISTINCT ON (system_id, row_key) person_id, area, gone FROM registry_record
    WHERE lifang_function() = 'person.read'
      AND person_id = nullif(split_part(current_setting('lifang.then', true), ' ', 1), '')::bigint
      AND held_from <= registry_then_day() AND known_from < registry_then_end()
      AND (known_until IS NULL OR known_until >= registry_then_end())
    ORDER BY system_id, row_key, held_from DESC, id DESC
  ) r
  WHERE NOT r.gone
    AND EXISTS (
      WITH RECURSIVE stood(code) AS (
        SELECT r.area UNION SELECT s.new_code FROM areas_succession s JOIN stood ON s.old_code = stood.code
      )
      SELECT FROM stood WHERE int8range(
        code, code + CASE WHEN code % 1000 = 0 AND code % 1000000 <> 0 THEN 1000 ELSE 1 END
      ) && lifang_places())
  LIMIT 1 $$;
"""
NO_THEN = "DROP FUNCTION registry_then(); DROP FUNCTION registry_then_day(); DROP FUNCTION registry_then_end();"
ASKED, SYSTEM, PERSON, DAY, END = (
    f"(SELECT {name}())"
    for name in (
        "registry_asked", "registry_by_system", "registry_then", "registry_then_day", "registry_then_end",
    )
)  # fmt: skip
SEEN = "EXISTS (SELECT 1 FROM registry_person p WHERE p.id = person_id)"
RECORD = f"{ASKED} AND ({SYSTEM} OR area <@ (SELECT lifang_places()) OR {SEEN}%s)"
RULING = f"{ASKED} AND ({SYSTEM} OR {SEEN}%s)"
RECORD_THEN = f" OR (person_id = {PERSON} AND held_from <= {DAY} AND known_from < {END})"
RULING_THEN = f" OR (person_id = {PERSON} AND at < {END})"


def reads(table: str, then: str, before: str) -> migrations.RunSQL:
    alter = f"ALTER POLICY {table}_read ON {table} USING"
    return migrations.RunSQL(f"{alter} ({then})", f"{alter} ({before})")


class Migration(migrations.Migration):

    dependencies = [("registry", "0016_then_and_since"), ("areas", "0004_successions_kept")]

    operations = [
        migrations.RunSQL(THEN, NO_THEN),
        reads("registry_record", RECORD % RECORD_THEN, RECORD % ""),
        reads("registry_ruling", RULING % RULING_THEN, RULING % ""),
    ]
