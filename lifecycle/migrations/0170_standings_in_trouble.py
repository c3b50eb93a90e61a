"""Indexes of the groups in trouble, in the orders in which pages look at them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("groups", "0225_running_groups"),
        ("lifecycle", "0165_told_calendar"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("state__in", [5, 6, 7])),
                fields=["state", "score", "group", "team"],
                name="standings_in_trouble_by_score",
            ),
        ),
        AddIndexConcurrently(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("state__in", [5, 6, 7])),
                fields=["state", "-state_since", "score", "group", "team"],
                name="standings_in_trouble_by_day",
            ),
        ),
    ]
