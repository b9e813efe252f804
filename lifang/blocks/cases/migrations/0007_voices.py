from django.db import migrations

from lifang.ground.access.rls import FUNCTION

OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
MINE = "token = (SELECT lifang_token())"
READ = "ALTER POLICY cases_voice_read ON cases_voice USING ({mine} OR ({whose} AND {of_case}))"
BY_PHONE = """
CREATE FUNCTION cases_token_by_phone(wanted text, index bytea) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT v.token FROM cases_case c JOIN cases_voice v ON v.case_id IN (c.id, c.duplicate_of_id)
  WHERE c.number = wanted AND v.phone_index = index ORDER BY v.at DESC LIMIT 1
$$;
"""


def read(whose: str) -> str:
    return READ.format(mine=MINE, whose=whose, of_case=OF_CASE)


class Migration(migrations.Migration):
    """No public function reads a voice but the one whose link it was given.

    Whoever lost the link gives the number of the case and a telephone number, and is answered by a function that
    knows of nothing else.
    """

    dependencies = [("cases", "0006_done_by")]

    operations = [
        migrations.RunSQL(read(f"{FUNCTION} NOT LIKE 'public.%'"), read(f"{FUNCTION} <> 'public.report'")),
        migrations.RunSQL(BY_PHONE, "DROP FUNCTION cases_token_by_phone(text, bytea)"),
    ]
