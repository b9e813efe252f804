import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from lifang.ground.access.rls import FUNCTION, EnableScope, within

SYSTEM = "(SELECT registry_by_system())"
PLACED = f"({SYSTEM} OR {within()})"
# Two at once could both be entered as long as the form alone looked: the account has fetched under the older one.
ONE_AT_A_TIME = """
UPDATE exchange_contract c SET ended_at = now() WHERE ended_at IS NULL AND EXISTS (
    SELECT 1 FROM exchange_contract o
    WHERE o.account_id = c.account_id AND o.ended_at IS NULL AND o.valid && c.valid AND o.id < c.id)
"""


class Migration(migrations.Migration):
    """Who was in each delivery is kept, so that residents can be told; an account has one contract at a time."""

    dependencies = [("exchange", "0006_scope_of_contracts"), ("registry", "0002_scope")]

    operations = [
        migrations.CreateModel(
            name="Given",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area", models.BigIntegerField(verbose_name="地域")),
                ("persons", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("span", django.contrib.postgres.fields.ranges.BigIntegerRangeField()),
                (
                    "sent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="exchange.sent"
                    ),
                ),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GistIndex(fields=["span"], name="given_span")],
            },
        ),
        EnableScope(
            "given",
            read=f"(SELECT registry_asked_of_data()) AND {PLACED}",
            write=f"({SYSTEM} OR {FUNCTION} = 'data.exchange') AND {PLACED}",
        ),
        migrations.RunSQL(ONE_AT_A_TIME, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "contract",
            django.contrib.postgres.constraints.ExclusionConstraint(
                name="contract_one_an_account",
                expressions=[
                    (models.Func("account", models.F("account"), models.Value("[]"), function="int8range"), "&&"),
                    ("valid", "&&"),
                ],
                condition=models.Q(account__isnull=False, ended_at=None),
                violation_error_message="这个账号在这段时间里已有约定。先终止那一个，或者换一个账号。",
            ),
        ),
    ]
