import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# A file handed over for a street is not shown in its communities; what it was handed over for is.
PURPOSE = """
CREATE FUNCTION registry_purpose(imported bigint, ordinary varchar) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT coalesce((SELECT nullif(purpose, '') FROM registry_import WHERE id = imported), ordinary) $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("registry", "0013_first_load"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='system',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='system',
            name='update_update',
        ),
        migrations.AddField(
            model_name='import',
            name='purpose',
            field=models.CharField(blank=True, max_length=200, verbose_name='收集用途'),
        ),
        migrations.AddField(
            model_name='system',
            name='purpose',
            field=models.CharField(blank=True, max_length=200, verbose_name='收集用途'),
        ),
        migrations.AddField(
            model_name='systemevent',
            name='purpose',
            field=models.CharField(blank=True, max_length=200, verbose_name='收集用途'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='system',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "registry_systemevent" ("area", "code", "columns", "contract", "department", "id", "link", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "refresh_days", "title") VALUES (NEW."area", NEW."code", NEW."columns", NEW."contract", NEW."department", NEW."id", NEW."link", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."purpose", NEW."refresh_days", NEW."title"); RETURN NULL;', hash='c7e56a496c80bcb446665e7412732cf0ee657e2a', operation='INSERT', pgid='pgtrigger_insert_insert_f4fe7', table='registry_system', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='system',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "registry_systemevent" ("area", "code", "columns", "contract", "department", "id", "link", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "refresh_days", "title") VALUES (NEW."area", NEW."code", NEW."columns", NEW."contract", NEW."department", NEW."id", NEW."link", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."purpose", NEW."refresh_days", NEW."title"); RETURN NULL;', hash='478fa1065dd42c382ebc40e2ca08969344b23b4f', operation='UPDATE', pgid='pgtrigger_update_update_c5933', table='registry_system', when='AFTER')),
        ),
        migrations.RunSQL(PURPOSE, "DROP FUNCTION registry_purpose(bigint, varchar);"),
    ]
