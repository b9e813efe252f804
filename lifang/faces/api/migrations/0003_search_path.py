from django.db import migrations

# Every function so far that runs with its owner's rights; later ones say it themselves (tests/test_leaks.py looks).
FUNCTIONS = (
    "lifang_tell(int8, text, jsonb)",
    "lifang_tracked_case()",
    "cases_done_by(uuid)",
    "indicators_log_added()",
    "indicators_log_changed()",
    "indicators_log_removed()",
)


def path(names: str) -> str:
    return "".join(f"ALTER FUNCTION {function} SET search_path = {names};" for function in FUNCTIONS)


class Migration(migrations.Migration):
    """Temporary tables come last, so that nobody's temporary table stands for one of ours in the owner's hands."""

    dependencies = [("api", "0002_scope"), ("cases", "0006_done_by"), ("indicators", "0003_lookups")]

    operations = [migrations.RunSQL(path("public, pg_temp"), path("public"))]
