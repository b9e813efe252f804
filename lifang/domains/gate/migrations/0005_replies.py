import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lifang.ground.access.rls import FUNCTION, AppendOnly, EnableScope, within

OF_REACH = "EXISTS (SELECT 1 FROM gate_reach r WHERE r.id = reach_id)"


class Migration(migrations.Migration):
    """A community answers for itself; whoever reads what reached it reads what it said."""

    dependencies = [
        ('gate', '0004_stances'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.BigIntegerField(verbose_name='社区')),
                ('act', models.CharField(choices=[('took_part', '参加了'), ('answered', '答复了'), ('objected', '有异议')], max_length=10, verbose_name='答复')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('minutes', models.PositiveIntegerField(null=True, verbose_name='用了几分钟')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reach', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='gate.reach')),
            ],
        ),
        EnableScope("reply", read=OF_REACH, write=f"{FUNCTION} ~ '^(gate\\.answer$|system\\.)' AND {within()}"),
        AppendOnly("reply"),
    ]
