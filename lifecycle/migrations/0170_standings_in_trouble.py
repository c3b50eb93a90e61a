"""Indexes of the groups in trouble, in the orders in which pages look at them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0219_plans_by_end"),
        ("lifecycle", "0161_deleted_of_day"),
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
