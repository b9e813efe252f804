from django.db import migrations

from lifang.ground.access.rls import FUNCTION, PLACES, UNITS, AppendOnly, EnableScope

TRACKED = """
CREATE FUNCTION lifang_token() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('lifang.token', true), '') $$;
CREATE FUNCTION lifang_tracked_case() RETURNS int8 LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
  $$ SELECT case_id FROM cases_voice WHERE token = nullif(current_setting('lifang.token', true), '') $$;
"""
CASE = (
    f"area <@ {PLACES} OR second_area <@ {PLACES} OR involved && {UNITS} OR id = (SELECT lifang_tracked_case())"
)
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
VOICE = f"token = (SELECT lifang_token()) OR ({FUNCTION} <> 'public.report' AND {OF_CASE})"


class Migration(migrations.Migration):
    """A case is reached by place, by a unit's part in it, or by a reporter's link; what hangs on it follows.

    Public reporting may add voices but never read those of others. Cases are not deleted, acts not rewritten.
    """

    dependencies = [("cases", "0001_initial"), ("access", "0002_scope")]

    operations = [
        migrations.RunSQL(TRACKED, "DROP FUNCTION lifang_tracked_case(); DROP FUNCTION lifang_token();"),
        EnableScope("case", read=CASE, write=CASE),
        EnableScope("act", read=OF_CASE, write=OF_CASE),
        EnableScope("part", read=OF_CASE, write=OF_CASE),
        EnableScope("photo", read=OF_CASE, write=OF_CASE),
        EnableScope("voice", read=VOICE, write=f"token = (SELECT lifang_token()) OR {OF_CASE}"),
        AppendOnly("act"),
        migrations.RunSQL(
            "REVOKE DELETE, TRUNCATE ON cases_case, cases_part, cases_photo, cases_voice FROM lifang_app",
            "GRANT DELETE ON cases_case, cases_part, cases_photo, cases_voice TO lifang_app",
        ),
    ]
