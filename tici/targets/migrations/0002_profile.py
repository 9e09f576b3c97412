from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("targets", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="target",
            name="profile",
            field=models.CharField(blank=True, default="", max_length=30, verbose_name="月度进度"),
            preserve_default=False,
        ),
    ]
