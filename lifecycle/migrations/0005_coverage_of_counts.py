from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0004_stale_days_and_ticks")]
    operations = [
        migrations.AddField("import", "zero_days", models.IntegerField(default=0)),
        migrations.AddField("import", "refusal_figures", models.JSONField(default=dict)),
        migrations.AddField("coveragespan", "known", models.SmallIntegerField(default=0), preserve_default=False),
    ]
