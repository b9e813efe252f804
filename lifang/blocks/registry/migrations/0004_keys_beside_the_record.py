import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


FILL = """
UPDATE registry_record r SET number_key = k.number, typed_key = k.typed, number_end_key = k.number_end, phone_key = k.phone,
    phone_end_key = k.phone_end
FROM (
    SELECT record_id, min(hash) FILTER (WHERE kind = 1) AS number, min(hash) FILTER (WHERE kind = 2) AS typed,
        min(hash) FILTER (WHERE kind = 3) AS number_end, min(hash) FILTER (WHERE kind = 4) AS phone,
        min(hash) FILTER (WHERE kind = 5) AS phone_end
    FROM registry_key GROUP BY record_id
) k WHERE k.record_id = r.id
"""
COUNT_ANEW = """
CREATE OR REPLACE FUNCTION registry_count_anew() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$ BEGIN ANALYZE registry_person, registry_record; END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0003_homes'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='record',
            name='record_person',
        ),
        migrations.RemoveIndex(
            model_name='record',
            name='record_import',
        ),
        migrations.AddField(
            model_name='record',
            name='number_end_key',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='record',
            name='number_key',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='record',
            name='phone_end_key',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='record',
            name='phone_key',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='record',
            name='typed_key',
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunSQL(FILL),
        migrations.RunSQL(COUNT_ANEW),
        migrations.DeleteModel(name='Key'),
        migrations.AlterField(
            model_name='person',
            name='into',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='registry.person'),
        ),
        migrations.AlterField(
            model_name='record',
            name='imported',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='registry.import'),
        ),
        migrations.AlterField(
            model_name='record',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='all_records', to='registry.person'),
        ),
        migrations.AlterField(
            model_name='record',
            name='system',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='registry.system'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('into__isnull', False)), fields=['into'], name='person_into'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['imported'], name='record_import'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(condition=models.Q(('current', True), ('number_key__isnull', False)), fields=['number_key'], name='record_number_key'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(condition=models.Q(('current', True), ('typed_key__isnull', False)), fields=['typed_key'], name='record_typed_key'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(condition=models.Q(('current', True), ('number_end_key__isnull', False)), fields=['number_end_key'], name='record_number_end_key'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(condition=models.Q(('current', True), ('phone_key__isnull', False)), fields=['phone_key'], name='record_phone_key'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(condition=models.Q(('current', True), ('phone_end_key__isnull', False)), fields=['phone_end_key'], name='record_phone_end_key'),
        ),
    ]
