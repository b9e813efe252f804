from django.db import migrations


class Migration(migrations.Migration):
    """Tasks are few among a million cases; their list finds them without reading the rest."""

    initial = True
    dependencies = [("cases", "0005_act_at")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX grid_tasks ON cases_case (id DESC) WHERE type = 'task'",
            "DROP INDEX grid_tasks",
        ),
    ]
