from django.db import migrations, models

ERASED = """
DO $$ BEGIN
  EXECUTE replace(
    pg_get_functiondef('privacy_erase(text, text, text[])'::regprocedure),
    '''exchange_sent''', '''exchange_sent'', ''forms_answer''');
END $$;
"""


class Migration(migrations.Migration):
    """An answer may tell of a home. What was typed about somebody goes with them, and when its time is over."""

    dependencies = [("forms", "0002_scope"), ("privacy", "0007_consent")]

    operations = [
        migrations.AddField("answer", "home", models.CharField(blank=True, default="", max_length=80)),
        migrations.RunSQL(ERASED, migrations.RunSQL.noop),
    ]
