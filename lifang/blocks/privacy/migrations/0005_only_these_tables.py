from django.db import migrations

from lifang.ground.access.rls import APP_ROLE

ERASED = (
    "api_attempt", "api_delivery", "care_contact", "care_outreach", "exchange_entry", "exchange_flaw", "exchange_question", "lists_mark",
    "lists_showing", "privacy_hold", "privacy_link", "registers_member", "registry_conflict", "registry_head",
    "registry_move", "registry_pair", "registry_person", "registry_problem", "registry_record", "registry_ruling",
    "registry_special", "trail_entry",
)  # fmt: skip
ERASE = f"""
CREATE OR REPLACE FUNCTION privacy_empty(place text, of_column text, ids bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF lifang_function() <> 'system.retention' THEN
    RAISE insufficient_privilege USING MESSAGE = 'only the nightly deletion erases';
  END IF;
  IF place <> 'registers_member' OR of_column <> 'replaces_id' THEN
    RAISE insufficient_privilege USING MESSAGE = place || '.' || of_column || ' is never emptied';
  END IF;
  EXECUTE format('UPDATE public.%I SET %I = NULL WHERE %I = ANY($1)', place, of_column, of_column) USING ids;
END $$;
CREATE OR REPLACE FUNCTION privacy_erase(place text, of_column text, ids text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone bigint; kind text;
BEGIN
  IF lifang_function() <> 'system.retention' THEN
    RAISE insufficient_privilege USING MESSAGE = 'only the nightly deletion erases';
  END IF;
  IF place NOT IN {ERASED} THEN
    RAISE insufficient_privilege USING MESSAGE = place || ' is kept for ever';
  END IF;
  SELECT format_type(atttypid, NULL) INTO kind FROM pg_attribute
  WHERE attrelid = format('public.%I', place)::regclass AND attname = of_column;
  EXECUTE format('DELETE FROM public.%I WHERE %I = ANY($1::%s[])', place, of_column, kind) USING ids;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION privacy_empty(text, text, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION privacy_empty(text, text, bigint[]) TO {APP_ROLE};
REVOKE ALL ON FUNCTION privacy_erase(text, text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION privacy_erase(text, text, text[]) TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    """Only tables that are named here are erased from, by the application alone; emptied is only what says which entry of
    a register somebody's replaces: that may be another person's."""

    dependencies = [("privacy", "0004_not_by_contact")]

    operations = [migrations.RunSQL(ERASE, migrations.RunSQL.noop)]
