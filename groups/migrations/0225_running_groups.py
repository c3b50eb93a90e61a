"""Indexes of what pages ask of many groups: those that run, without their wide rows."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("groups", "0221_words_of_started_work"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="group",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("closed_on", None)),
                fields=["team", "id"],
                include=("owner", "layer"),
                name="groups_that_run",
            ),
        ),
    ]
