"""Standings by team and state without the score: no list is read in that order (lifecycle 0170 holds those in trouble)."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("lifecycle", "0170_standings_in_trouble")]

    operations = [
        AddIndexConcurrently(
            model_name="standing",
            index=models.Index(fields=["team", "state", "group"], name="standings_by_state"),
        ),
        RemoveIndexConcurrently(model_name="standing", name="standing_worst_first"),
    ]
