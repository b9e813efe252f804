from django.db import migrations, models


class Migration(migrations.Migration):
    """A body's word in a joint decision is a part of the case like a co-unit's share."""

    dependencies = [("cases", "0010_voice_person")]

    operations = [
        migrations.AlterField(
            model_name="part",
            name="kind",
            field=models.CharField(choices=[("share", "协办"), ("whistle", "吹哨"), ("joint", "会审")], max_length=10),
        ),
    ]
