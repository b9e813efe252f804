from django.db import migrations

from lifang.ground.access.rls import FUNCTION, USER, AppendOnly, EnableScope, within

SYSTEM = "(SELECT registry_by_system())"
PLACED = f"({SYSTEM} OR {within()})"
ASKED = "(SELECT registry_asked())"
# A department answers what it is asked itself; of the persons it reads nothing else.
OWN = f"""({FUNCTION} = 'question.answer' AND department = (
    SELECT n.kind FROM access_user u JOIN access_unit n ON n.id = u.unit_id WHERE u.id = {USER}))"""


class Migration(migrations.Migration):
    """Entries and questions are about persons, and are read under functions of persons and data."""

    dependencies = [("exchange", "0001_initial"), ("registry", "0002_scope"), ("access", "0002_scope")]

    operations = [
        EnableScope("entry", read=f"{ASKED} AND {PLACED}", write=f"({SYSTEM} OR {FUNCTION} = 'person.edit') AND {PLACED}"),
        EnableScope("question", read=f"({ASKED} OR {OWN}) AND {PLACED}", write=f"({ASKED} OR {OWN}) AND {PLACED}"),
        AppendOnly("entry"),
    ]
