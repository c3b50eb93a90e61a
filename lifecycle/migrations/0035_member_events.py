import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0031_wecom_stays_stay"),
        ("groups", "0090_tokens_and_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="MemberEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("kind", models.SmallIntegerField(choices=[(1, "Join"), (2, "Leave")])),
                ("at", models.DateTimeField()),
                ("day", models.DateField()),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["group", "day"], name="member_events_of_a_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("group", "number", "kind", "at"), name="a member comes or goes once a moment"
                    )
                ],
            },
        ),
    ]
