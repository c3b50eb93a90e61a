from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0120_advert_lists")]

    operations = [
        migrations.CreateModel(
            name="Lesson",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("through", models.DateField()),
                ("rule_version", models.SmallIntegerField()),
                ("deaths", models.IntegerField()),
                ("survivors", models.IntegerField()),
                ("false_alarms", models.IntegerField()),
                ("recoveries", models.IntegerField()),
                ("thresholds", models.JSONField(default=dict)),
                ("intervals", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="what is learned is one row")
                ]
            },
        ),
    ]
