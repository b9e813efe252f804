from django.db import migrations, models

from lifang.ground.access.rls import FUNCTION, within

SYSTEM = f"{FUNCTION} ~ '^system\\.'"
PERSON = "EXISTS (SELECT 1 FROM registry_person p WHERE p.id = person_id)"
SHOWN = f"(see = 'person.read' OR {FUNCTION} IN (see, 'person.mark', 'person.review'))"
OF_PERSONS = f"{FUNCTION} ~ '^person\\.' AND "
MARK = f"ALTER POLICY lists_mark_read ON lists_mark USING ({SYSTEM} OR ({{0}}{SHOWN} AND {PERSON}))"
SHOWING = (
    f"ALTER POLICY lists_showing_add ON lists_showing"
    f" WITH CHECK ({SYSTEM} OR ({within()} AND ({FUNCTION} ~ '^person\\.'{{0}})))"
)


class Migration(migrations.Migration):
    """Marks are read under functions of persons, not under those of data; the export of a register leaves a showing too."""

    dependencies = [("lists", "0002_scope")]

    operations = [
        migrations.AddField("showing", "register", models.CharField(blank=True, default="", max_length=40), preserve_default=False),
        migrations.AlterField(
            "showing", "what",
            models.CharField(
                choices=[("list", "查看名册"), ("export", "导出名单"), ("register", "导出登记册")], max_length=8
            ),
        ),
        migrations.RunSQL(MARK.format(OF_PERSONS), MARK.format("")),
        migrations.RunSQL(SHOWING.format(f" OR {FUNCTION} = 'register.export'"), SHOWING.format("")),
    ]  # fmt: skip
