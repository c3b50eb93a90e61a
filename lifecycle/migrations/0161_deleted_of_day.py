"""How many of each kind of data were deleted on a day, for the page of retention."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0160_exemptions"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeletedOfDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("kind", models.CharField(max_length=40)),
                ("count", models.IntegerField()),
                ("last_count", models.IntegerField(null=True)),
                ("last_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "kind"), name="what is deleted is counted once a day and kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("count", 0), ("last_at", None), ("last_count", None)),
                            models.Q(("count__gt", 0), ("last_at__isnull", False), ("last_count__gt", 0)),
                            _connector="OR",
                        ),
                        name="what was deleted was deleted at some time",
                    ),
                ],
            },
        ),
    ]
