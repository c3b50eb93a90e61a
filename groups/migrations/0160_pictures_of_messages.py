from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0145_weekly_report")]

    operations = [
        migrations.AddField(model_name="delivery", name="picture", field=models.BinaryField(null=True)),
    ]
