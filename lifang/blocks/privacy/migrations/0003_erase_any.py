from django.db import migrations

# Who deletes owns nothing, and some tables are only ever added to. What the law wants kept for ever is refused here as well.
ERASE = """
DROP FUNCTION privacy_erase(text, text, bigint[]);
CREATE FUNCTION privacy_empty(place text, of_column text, ids bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF lifang_function() <> 'system.retention' THEN
    RAISE insufficient_privilege USING MESSAGE = 'only the nightly deletion erases';
  END IF;
  EXECUTE format('UPDATE public.%I SET %I = NULL WHERE %I = ANY($1)', place, of_column, of_column) USING ids;
END $$;
CREATE FUNCTION privacy_erase(place text, of_column text, ids text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone bigint; kind text;
BEGIN
  IF lifang_function() <> 'system.retention' THEN
    RAISE insufficient_privilege USING MESSAGE = 'only the nightly deletion erases';
  END IF;
  IF place IN ('cases_case', 'cases_act', 'privacy_deletion', 'access_grant', 'access_grantevent') THEN
    RAISE insufficient_privilege USING MESSAGE = place || ' is kept for ever';
  END IF;
  SELECT format_type(atttypid, NULL) INTO kind FROM pg_attribute
  WHERE attrelid = format('public.%I', place)::regclass AND attname = of_column;
  EXECUTE format('DELETE FROM public.%I WHERE %I = ANY($1::%s[])', place, of_column, kind) USING ids;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
"""


class Migration(migrations.Migration):
    """Rows with keys of any kind are erased, and references emptied where the application may only add."""

    dependencies = [("privacy", "0002_scope")]

    operations = [migrations.RunSQL(ERASE, migrations.RunSQL.noop)]
