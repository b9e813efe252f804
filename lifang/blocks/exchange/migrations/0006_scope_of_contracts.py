from django.db import migrations

from lifang.ground.access.rls import FUNCTION, EnableScope, within

SYSTEM = "(SELECT registry_by_system())"
PLACED = f"({SYSTEM} OR {within()})"
READ = f"(SELECT registry_asked_of_data()) AND {PLACED}"
WRITE = f"({SYSTEM} OR {FUNCTION} = 'data.exchange') AND {PLACED}"


class Migration(migrations.Migration):
    """Contracts and what went out under them are read under functions of data."""

    dependencies = [("exchange", "0005_contracts")]

    operations = [EnableScope("contract", read=READ, write=WRITE), EnableScope("sent", read=READ, write=WRITE)]
