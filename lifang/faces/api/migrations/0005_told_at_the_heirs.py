from django.db import migrations

WIDTH = """CASE
      WHEN {0} = 0 THEN 1000000000000000
      WHEN {0} % 10000000000000 = 0 THEN 10000000000000
      WHEN {0} % 100000000000 = 0 THEN 100000000000
      WHEN {0} % 1000000000 = 0 THEN 1000000000
      WHEN {0} % 1000000 = 0 THEN 1000000
      WHEN {0} % 1000 = 0 THEN 1000
      ELSE 1 END"""
LIES = f"place >= {{0}} AND place < {{0}} + {WIDTH}"
TELL = """
CREATE OR REPLACE FUNCTION lifang_tell(place int8, name text, message jsonb) RETURNS SETOF uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO api_delivery (id, subscription_id, area, event, payload, state, attempts, answer, made_at)
  SELECT gen_random_uuid(), s.id, place, name, message, 'waiting', 0, '', now()
  FROM api_subscription s
  WHERE s.ended_at IS NULL
    AND s.topics::text[] && ARRAY[name, split_part(name, '.', 1) || '.*', '*']
    AND {}
  RETURNING id
$$;
"""
AT_HEIRS = f"""EXISTS (
      WITH RECURSIVE heirs(code) AS (
        SELECT s.area UNION SELECT n.new_code FROM heirs h JOIN areas_succession n ON n.old_code = h.code
          AND n."on" <= (now() AT TIME ZONE 'Asia/Shanghai')::date
      )
      SELECT FROM heirs WHERE {LIES.format("code")})"""


class Migration(migrations.Migration):
    """As a grant and a token go on at the heirs of their place, so does a subscription."""

    dependencies = [("api", "0004_sealed_anew"), ("areas", "0004_successions_kept")]

    operations = [migrations.RunSQL(TELL.format(AT_HEIRS), TELL.format(LIES.format("s.area")))]
