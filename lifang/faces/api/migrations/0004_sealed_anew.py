from django.db import migrations

from lifang.ground.access.rls import FUNCTION, within

MANAGED = f"({FUNCTION} = 'api.manage' AND {within()})"
JOB = f"{FUNCTION} LIKE 'system.%'"


def change(condition: str) -> str:
    return f"ALTER POLICY api_subscription_change ON api_subscription USING ({condition}) WITH CHECK ({condition})"


class Migration(migrations.Migration):
    """A job may change a subscription, so that its secret is sealed anew when the key changes."""

    dependencies = [("api", "0003_search_path")]

    operations = [migrations.RunSQL(change(f"{JOB} OR {MANAGED}"), change(MANAGED))]
