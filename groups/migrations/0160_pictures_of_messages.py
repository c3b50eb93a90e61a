from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0150_quiet_hours_of_plans")]

    operations = [
        migrations.AddField(model_name="delivery", name="picture", field=models.BinaryField(null=True)),
    ]
