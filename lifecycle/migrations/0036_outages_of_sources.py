import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0035_member_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="DoubtedDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "group_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="lifecycle.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SourceOutage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("silent", "Silent"), ("zeros", "Suddenly at zero")], max_length=6)),
                ("began_on", models.DateField()),
                ("ended_on", models.DateField(null=True)),
                ("groups", models.IntegerField()),
                ("noticed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="outages", to="lifecycle.source"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "kind", "began_on"), name="an outage of a source begins once on a day"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("source", "kind"),
                        name="one outage of a kind stands for a source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gt", models.F("began_on")), _connector="OR"),
                        name="an outage ends after it began",
                    ),
                ],
            },
        ),
    ]
