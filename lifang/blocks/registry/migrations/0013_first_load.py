from django.db import migrations

from lifang.ground.access.rls import APP_ROLE

# The application does not own the tables. What is taken away is written where it can neither be read nor written by it,
# for it is run as the owner.
SHELVED = f"""
CREATE TABLE registry_shelved (definition text NOT NULL);
REVOKE ALL ON registry_shelved FROM {APP_ROLE};

CREATE FUNCTION registry_shelve_indexes() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
DECLARE found record;
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  LOCK TABLE registry_record, registry_person IN ACCESS EXCLUSIVE MODE;
  FOR found IN SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
    WHERE indrelid IN ('registry_record'::regclass, 'registry_person'::regclass) AND NOT indisunique
  LOOP
    INSERT INTO registry_shelved VALUES (found.definition);
    EXECUTE 'DROP INDEX ' || found.name;
  END LOOP;
  RETURN true;
EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
  RETURN false;
END $$;

CREATE FUNCTION registry_build_indexes() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE found record;
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  FOR found IN DELETE FROM registry_shelved RETURNING definition LOOP
    EXECUTE found.definition;
  END LOOP;
  SET CONSTRAINTS ALL DEFERRED;
END $$;
"""
NOT_SHELVED = """
DROP FUNCTION registry_shelve_indexes(); DROP FUNCTION registry_build_indexes(); DROP TABLE registry_shelved;
"""


class Migration(migrations.Migration):
    """A first load takes the indexes away and builds them over all its rows at once, in the one transaction."""

    dependencies = [("registry", "0012_fewer_indexes")]

    operations = [migrations.RunSQL(SHELVED, NOT_SHELVED)]
