import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lifang.ground.access.rls import FUNCTION, AppendOnly, EnableScope, within

OF_OPINION = "EXISTS (SELECT 1 FROM gate_opinion o WHERE o.id = opinion_id)"


class Migration(migrations.Migration):
    """Every answer of a community to an application is kept, read by who reads the opinion."""

    dependencies = [
        ('gate', '0003_opinions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Stance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.BigIntegerField(verbose_name='社区')),
                ('yes', models.BooleanField(verbose_name='意见')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='理由')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opinion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stances', to='gate.opinion')),
            ],
        ),
        EnableScope("stance", read=OF_OPINION, write=f"{FUNCTION} ~ '^(admission\\.hear$|system\\.)' AND {within()}"),
        AppendOnly("stance"),
    ]
