"""The score of those in trouble as a column of its own, which is indexed instead of the score that moves every night.

An update that changes no indexed column stays on its page (HOT). The column writes the narrow standings anew.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

IN_TROUBLE = models.Q(("state__in", [5, 6, 7]))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("lifecycle", "0180_standings_by_state")]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="trouble_score",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(models.When(IN_TROUBLE, then=models.F("score"))),
                null=True,
                output_field=models.SmallIntegerField(null=True),
            ),
        ),
        AddIndexConcurrently(
            model_name="standing",
            index=models.Index(
                condition=IN_TROUBLE,
                fields=["state", "trouble_score", "group", "team"],
                name="standings_in_trouble_worst",
            ),
        ),
        AddIndexConcurrently(
            model_name="standing",
            index=models.Index(
                condition=IN_TROUBLE,
                fields=["state", "-state_since", "trouble_score", "group", "team"],
                name="standings_in_trouble_latest",
            ),
        ),
        RemoveIndexConcurrently(model_name="standing", name="standings_in_trouble_by_score"),
        RemoveIndexConcurrently(model_name="standing", name="standings_in_trouble_by_day"),
    ]
