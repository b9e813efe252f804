from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, AppendOnly, EnableScope, within

SYSTEM = f"{FUNCTION} ~ '^system\\.'"
BY_TOKEN = "digest = (SELECT encode(sha256(convert_to(lifang_token(), 'UTF8')), 'hex'))"
LINK = f"{BY_TOKEN} OR (({FUNCTION} = 'person.disclose' OR {SYSTEM}) AND {within()})"
# Who deletes owns nothing, and some tables are only ever added to. What the law wants kept for ever is refused here as well.
ERASE = """
CREATE FUNCTION privacy_erase(place text, of_column text, ids bigint[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone bigint;
BEGIN
  IF lifang_function() <> 'system.retention' THEN
    RAISE insufficient_privilege USING MESSAGE = 'only the nightly deletion erases';
  END IF;
  IF place IN ('cases_case', 'cases_act', 'privacy_deletion', 'access_grant', 'access_grantevent') THEN
    RAISE insufficient_privilege USING MESSAGE = place || ' is kept for ever';
  END IF;
  EXECUTE format('DELETE FROM public.%I WHERE %I = ANY($1)', place, of_column) USING ids;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
"""


class Migration(migrations.Migration):
    """A resident's link is reached by its token alone; holds and deletions by whoever works with persons and data."""

    dependencies = [("privacy", "0001_initial"), ("registry", "0002_scope"), ("cases", "0002_scope")]

    operations = [
        EnableScope("link", read=LINK, write=LINK),
        EnableScope(
            "hold",
            read=f"{FUNCTION} ~ '^(person|data|system)\\.' AND {within()}",
            write=f"{FUNCTION} ~ '^(data\\.retain$|system\\.)' AND {within()}",
        ),
        EnableScope(
            "deletion", read=f"{FUNCTION} ~ '^(data|system)\\.' AND {within()}", write=f"{SYSTEM} AND {within()}"
        ),
        AppendOnly("deletion"),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON privacy_link, privacy_hold FROM {APP_ROLE}",
            f"GRANT DELETE ON privacy_link, privacy_hold TO {APP_ROLE}",
        ),
        migrations.RunSQL(ERASE, "DROP FUNCTION privacy_erase(text, text, bigint[])"),
    ]
