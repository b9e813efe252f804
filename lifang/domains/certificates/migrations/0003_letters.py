import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from lifang.ground.access.rls import FUNCTION, PLACES, UNITS, within

STAFF = f"{FUNCTION} ~ '^(certificate|system)\\.' AND {within()}"
# The unit that asked reads what was written to it, whichever community wrote.
TO_UNIT = (
    f"({FUNCTION} = 'letter.read' AND (unit_id = ANY ({UNITS}::int8[]) OR EXISTS ("
    f"SELECT 1 FROM access_unit u WHERE u.id = unit_id AND u.area <@ {PLACES})))"
)
READ = "ALTER POLICY certificates_letter_read ON certificates_letter USING ({})"


class Migration(migrations.Migration):
    """A letter reaches the unit that asked for the certificate, where it works on the platform."""

    dependencies = [
        ('access', '0005_unitkind'),
        ('certificates', '0002_scope'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='letter',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='letter',
            name='update_update',
        ),
        migrations.AddField(
            model_name='letter',
            name='unit',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.unit'),
        ),
        migrations.AddField(
            model_name='letterevent',
            name='unit',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='access.unit'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='way',
            field=models.CharField(blank=True, choices=[('hand', '当面交'), ('post', '邮寄'), ('fax', '传真'), ('mail', '电子邮件'), ('notice', '平台通知')], max_length=8, verbose_name='怎样送'),
        ),
        migrations.AlterField(
            model_name='letterevent',
            name='way',
            field=models.CharField(blank=True, choices=[('hand', '当面交'), ('post', '邮寄'), ('fax', '传真'), ('mail', '电子邮件'), ('notice', '平台通知')], max_length=8, verbose_name='怎样送'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='letter',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "certificates_letterevent" ("area", "body", "by_id", "certificate_id", "note", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "text", "unit_id", "way") VALUES (NEW."area", NEW."body", NEW."by_id", NEW."certificate_id", NEW."note", NEW."on", _pgh_attach_context(), NOW(), \'insert\', NEW."certificate_id", NEW."state", NEW."text", NEW."unit_id", NEW."way"); RETURN NULL;', hash='effdfcb45ce71bc7f4c2741e2f2ef1731c9fe20f', operation='INSERT', pgid='pgtrigger_insert_insert_397a9', table='certificates_letter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='letter',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "certificates_letterevent" ("area", "body", "by_id", "certificate_id", "note", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "text", "unit_id", "way") VALUES (NEW."area", NEW."body", NEW."by_id", NEW."certificate_id", NEW."note", NEW."on", _pgh_attach_context(), NOW(), \'update\', NEW."certificate_id", NEW."state", NEW."text", NEW."unit_id", NEW."way"); RETURN NULL;', hash='2ace903a83f61a721cc8f89463c11878586a811d', operation='UPDATE', pgid='pgtrigger_update_update_659a1', table='certificates_letter', when='AFTER')),
        ),
        migrations.RunSQL(READ.format(f"({STAFF}) OR {TO_UNIT}"), READ.format(STAFF)),
    ]
