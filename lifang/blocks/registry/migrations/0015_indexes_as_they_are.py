from django.db import migrations

# Squeezing each page of a fresh index into the journal is a third of its making. A server of a city's own keeps the
# setting to its superusers.
AS_THEY_ARE = """
DO $$ BEGIN
  ALTER FUNCTION registry_build_indexes() SET wal_compression = 'off';
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$;
"""
SQUEEZED = "ALTER FUNCTION registry_build_indexes() RESET wal_compression;"


class Migration(migrations.Migration):

    dependencies = [("registry", "0014_purpose")]

    operations = [migrations.RunSQL(AS_THEY_ARE, SQUEEZED)]
