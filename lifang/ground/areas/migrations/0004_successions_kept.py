import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from lifang.ground.access.rls import AppendOnly, EnableScope

class Migration(migrations.Migration):
    """What passed to what by a change that was undone stays to be known, with the moment until which it was believed."""

    dependencies = [
        ('areas', '0003_initials'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='SuccessionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('old_code', models.BigIntegerField(verbose_name='原代码')),
                ('new_code', models.BigIntegerField(verbose_name='新代码')),
                ('on', models.DateField(verbose_name='生效日期')),
                ('share', models.FloatField(default=1.0, verbose_name='原地域转入的份额')),
                ('back_share', models.FloatField(default=1.0, verbose_name='在新地域中的份额')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='succession',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "areas_successionevent" ("back_share", "change_id", "id", "new_code", "old_code", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "share") SELECT old_values."back_share", old_values."change_id", old_values."id", old_values."new_code", old_values."old_code", old_values."on", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."share" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='03c54864dfb4a7d443395265470166ae41312629', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_7bb2d', referencing='REFERENCING OLD TABLE AS old_values ', table='areas_succession', when='AFTER')),
        ),
        migrations.AddField(
            model_name='successionevent',
            name='change',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='areas.areachange'),
        ),
        migrations.AddField(
            model_name='successionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='successionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='areas.succession'),
        ),
        EnableScope("successionevent", read="true", write="true"),
        AppendOnly("successionevent"),
    ]
