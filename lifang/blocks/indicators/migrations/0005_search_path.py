from django.db import migrations


def path(names: str) -> str:
    return "".join(
        f"ALTER FUNCTION indicators_log_{name}() SET search_path = {names};" for name in ("added", "changed", "removed")
    )


class Migration(migrations.Migration):
    """Temporary tables come last, in the functions that 0004 made anew too."""

    dependencies = [("indicators", "0004_reopened")]

    operations = [migrations.RunSQL(path("public, pg_temp"), path("public"))]
