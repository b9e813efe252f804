from django.db import migrations, models


class Migration(migrations.Migration):
    """Who died, and of whom nobody says anything any more, are found without reading all persons."""

    dependencies = [("registry", "0010_sheets")]

    operations = [
        migrations.AddIndex(
            "person",
            models.Index(fields=["died_on"], name="person_died", condition=models.Q(died_on__isnull=False)),
        ),
        migrations.AddIndex(
            "person",
            models.Index(fields=["area"], name="person_unsaid", condition=models.Q(records=0, into=None)),
        ),
    ]
