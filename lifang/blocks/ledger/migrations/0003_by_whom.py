from django.db import migrations

from lifang.ground.access.rls import FUNCTION, within

WRITES = f"({FUNCTION} IN ('ledger.enter', 'admission.decide') OR {FUNCTION} ~ '^system\\.') AND {within()}"
BEFORE = f"({FUNCTION} = 'ledger.enter' OR {FUNCTION} ~ '^(admission|system)\\.') AND {within()}"


def _policies(condition: str) -> str:
    return ";".join(
        f"ALTER POLICY ledger_{table}_add ON ledger_{table} WITH CHECK ({condition})"
        for table in ("account", "entry", "posting")
    )


class Migration(migrations.Migration):
    """Money is promised by the decision to admit a matter, not by asking for it, examining it or speaking of it."""

    dependencies = [("ledger", "0002_rules")]

    operations = [migrations.RunSQL(_policies(WRITES), _policies(BEFORE))]
