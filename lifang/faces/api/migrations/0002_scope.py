from django.db import migrations

from lifang.ground.access.rls import FUNCTION, AppendOnly, EnableScope, within

TELL = """
CREATE FUNCTION lifang_tell(place int8, name text, message jsonb) RETURNS SETOF uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  INSERT INTO api_delivery (id, subscription_id, area, event, payload, state, attempts, answer, made_at)
  SELECT gen_random_uuid(), s.id, place, name, message, 'waiting', 0, '', now()
  FROM api_subscription s
  WHERE s.ended_at IS NULL
    AND s.topics::text[] && ARRAY[name, split_part(name, '.', 1) || '.*', '*']
    AND place >= s.area
    AND place < s.area + CASE
      WHEN s.area = 0 THEN 1000000000000000
      WHEN s.area % 10000000000000 = 0 THEN 10000000000000
      WHEN s.area % 100000000000 = 0 THEN 100000000000
      WHEN s.area % 1000000000 = 0 THEN 1000000000
      WHEN s.area % 1000000 = 0 THEN 1000000
      WHEN s.area % 1000 = 0 THEN 1000
      ELSE 1 END
  RETURNING id
$$;
"""
MANAGED = f"({FUNCTION} = 'api.manage' AND {within()})"
JOB = f"{FUNCTION} LIKE 'system.%'"
OF_SUBSCRIPTION = "EXISTS (SELECT 1 FROM api_subscription s WHERE s.id = subscription_id)"
OF_DELIVERY = "EXISTS (SELECT 1 FROM api_delivery d WHERE d.id = delivery_id)"


class Migration(migrations.Migration):
    """Tokens and subscriptions are seen by whoever manages interfaces at their place; signing in and jobs see all.

    An act tells subscriptions through `lifang_tell`, because whoever acts need not see who listens.
    """

    dependencies = [("api", "0001_initial"), ("access", "0002_scope")]

    operations = [
        EnableScope("apitoken", read=f"{JOB} OR {MANAGED}", write=f"{JOB} OR {MANAGED}"),
        EnableScope("subscription", read=f"{JOB} OR {MANAGED}", write=MANAGED),
        EnableScope("delivery", read=OF_SUBSCRIPTION, write=OF_SUBSCRIPTION),
        EnableScope("attempt", read=OF_DELIVERY, write=OF_DELIVERY),
        EnableScope("apitokenevent", read=within(), write="true"),
        EnableScope("subscriptionevent", read=within(), write="true"),
        AppendOnly("attempt"),
        AppendOnly("apitokenevent"),
        AppendOnly("subscriptionevent"),
        migrations.RunSQL(TELL, "DROP FUNCTION lifang_tell(int8, text, jsonb)"),
    ]
