import django.db.models.deletion
from django.db import migrations, models

from lifang.ground.access.rls import EnableScope

OF_IMPORT = (
    "(SELECT registry_asked_of_data()) AND ((SELECT registry_by_system())"
    " OR EXISTS (SELECT 1 FROM registry_import i WHERE i.id = imported_id))"
)


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0007_households_of_before'),
    ]

    operations = [
        migrations.CreateModel(
            name='Head',
            fields=[
                ('imported', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='registry.import')),
                ('sealed', models.BinaryField()),
            ],
        ),
        EnableScope("head", read=OF_IMPORT, write=OF_IMPORT),
        migrations.AlterField(
            model_name='import',
            name='state',
            field=models.CharField(choices=[('reading', '正在读文件'), ('mapped', '核对列'), ('checking', '正在预检'), ('checked', '等待入库'), ('taking', '正在入库'), ('taken', '已入库'), ('undoing', '正在撤销'), ('cancelled', '已取消'), ('failed', '没有入库'), ('undone', '已撤销')], default='mapped', max_length=10, verbose_name='状态'),
        ),
    ]
