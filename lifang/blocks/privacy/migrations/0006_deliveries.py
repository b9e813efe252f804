from django.db import migrations

ERASED = (
    "api_attempt", "api_delivery", "care_contact", "care_outreach", "exchange_entry", "exchange_flaw", "exchange_given",
    "exchange_question", "exchange_sent", "lists_mark", "lists_showing", "privacy_hold", "privacy_link", "registers_member", "registry_conflict", "registry_head",
    "registry_move", "registry_pair", "registry_person", "registry_problem", "registry_record", "registry_ruling",
    "registry_special", "trail_entry",
)  # fmt: skip
ERASE = f"""
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
"""


class Migration(migrations.Migration):
    """What was delivered under contracts, and to whom, has a period of its own."""

    dependencies = [("privacy", "0005_only_these_tables"), ("exchange", "0007_given")]

    operations = [migrations.RunSQL(ERASE, migrations.RunSQL.noop)]
