from django.db import migrations

from lifang.ground.access.rls import DROP_FUNCTIONS, FUNCTIONS, USER, AppendOnly, EnableScope, within


class Migration(migrations.Migration):
    """Grants are seen by whom they concern and by whoever may look at their place; history is never rewritten."""

    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        EnableScope("unit", read="true", write=within()),
        EnableScope("grant", read=f"user_id = {USER} OR {within()}", write=within()),
        EnableScope("unitevent", read=within(), write="true"),
        EnableScope("grantevent", read=within(), write="true"),
        AppendOnly("unitevent"),
        AppendOnly("grantevent"),
        AppendOnly("roleevent"),
    ]
