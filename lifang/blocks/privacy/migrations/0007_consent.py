import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lifang.ground.access.rls import APP_ROLE, FUNCTION, EnableScope

ERASED = (
    "api_attempt", "api_delivery", "care_contact", "care_outreach", "exchange_entry", "exchange_flaw", "exchange_given",
    "exchange_question", "exchange_sent", "lists_mark", "lists_showing", "privacy_consent", "privacy_hold", "privacy_link", "registers_member", "registry_conflict", "registry_head",
    "registry_move", "registry_pair", "registry_person", "registry_problem", "registry_record", "registry_ruling",
    "registry_special", "trail_entry",
)  # fmt: skip
ERASE = f"""
CREATE OR REPLACE FUNCTION privacy_erase(place text, of_column text, ids text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone bigint; kind text;
BEGIN
  IF lifang_function() <> 'system.retention' THEN
    RAISE insufficient_privilege USING MESSAGE = 'only the nightly deletion erases';
  END IF;
  IF place NOT IN {ERASED} THEN
    RAISE insufficient_privilege USING MESSAGE = place || ' is kept for ever';
  END IF;
  SELECT format_type(atttypid, NULL) INTO kind FROM pg_attribute
  WHERE attrelid = format('public.%I', place)::regclass AND attname = of_column;
  EXECUTE format('DELETE FROM public.%I WHERE %I = ANY($1::%s[])', place, of_column, kind) USING ids;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
"""


SYSTEM = f"{FUNCTION} ~ '^system\\.'"
# As the person: who moves or is merged takes a consent along.
PERSON = "EXISTS (SELECT 1 FROM registry_person p WHERE p.id = person_id)"
USER = settings.AUTH_USER_MODEL


class Migration(migrations.Migration):
    """What guardians agreed to, read by whoever may see the child; it goes with the child's data."""

    dependencies = [("privacy", "0006_deliveries"), ("registry", "0002_scope"), ("access", "0002_scope")]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("guardian", models.CharField(max_length=60, verbose_name="监护人")),
                ("relation", models.CharField(max_length=20, verbose_name="是孩子的什么人")),
                (
                    "uses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("export", "写进导出的名单"), ("give", "按约定提供给别的系统")], max_length=10
                        ),
                        size=None,
                    ),
                ),
                ("purpose", models.CharField(max_length=100, verbose_name="用途")),
                ("paper", models.CharField(max_length=100, verbose_name="凭据")),
                ("since", models.DateField(verbose_name="哪天同意")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("withdrawn_on", models.DateField(null=True, verbose_name="哪天撤回")),
                ("withdrawn_note", models.CharField(blank=True, max_length=100, verbose_name="撤回的说明")),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=USER),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="registry.person"
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=USER),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("withdrawn_on", None), ("withdrawn_on__gte", models.F("since")), _connector="OR"),
                        name="consent_withdrawn_after",
                        violation_error_message="撤回的日期不能早于同意的日期。",
                    )
                ],
            },
        ),
        EnableScope(
            "consent",
            read=f"{SYSTEM} OR ({FUNCTION} ~ '^(person|data)\\.' AND {PERSON})",
            write=f"{SYSTEM} OR ({FUNCTION} = 'person.consent' AND {PERSON})",
        ),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON privacy_consent FROM {APP_ROLE}", f"GRANT DELETE ON privacy_consent TO {APP_ROLE}"
        ),
        migrations.RunSQL(ERASE, migrations.RunSQL.noop),
    ]
