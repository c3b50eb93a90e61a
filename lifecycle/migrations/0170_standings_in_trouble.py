"""Indexes of the groups in trouble, in the orders in which pages look at them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0225_running_groups"),
        ("lifecycle", "0165_told_calendar"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("state__in", [5, 6, 7])),
                fields=["state", "score", "group", "team"],
                name="standings_in_trouble_by_score",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("state__in", [5, 6, 7])),
                fields=["state", "-state_since", "score", "group", "team"],
                name="standings_in_trouble_by_day",
            ),
        ),
    ]
