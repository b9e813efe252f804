import django.db.models.deletion
from django.db import migrations, models

# What is counted anew in the midst of a file need only be right by size; autovacuum counts well afterwards.
ROUGHLY = "ALTER FUNCTION registry_count_anew() SET default_statistics_target = 10;"
WELL = "ALTER FUNCTION registry_count_anew() RESET default_statistics_target;"


class Migration(migrations.Migration):
    """Numbers and telephones share an index with their ends; who lives at a home is found through records."""

    dependencies = [("registry", "0011_whose_time_may_come")]

    operations = [
        *(
            migrations.RemoveIndex("record", f"record_{key}")
            for key in ("number_key", "number_end_key", "phone_key", "phone_end_key")
        ),
        migrations.RemoveIndex("person", "person_area_home"),
        *(
            migrations.AddIndex(
                "record",
                models.Index(
                    fields=[f"{what}_end_key", f"{what}_key"],
                    name=f"record_{what}",
                    condition=models.Q(current=True, **{f"{what}_end_key__isnull": False}),
                ),
            )
            for what in ("number", "phone")
        ),
        migrations.AlterField(
            "special",
            "record",
            models.OneToOneField(
                db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False,
                to="registry.record",
            ),
        ),
        migrations.RunSQL(ROUGHLY, WELL),
    ]
