from django.db import migrations


class Migration(migrations.Migration):
    """Cases left out of fair rates are few among many, and every explanation of a rate lists them."""

    dependencies = [("indicators", "0002_counting")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX indicators_left_out_case ON cases_case (id) WHERE excluded <> ''",
            "DROP INDEX indicators_left_out_case",
        )
    ]
