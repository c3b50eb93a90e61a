"""No index holds the score of a standing any more, and pages have room: a night changes rows where they lie (HOT)."""

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
        migrations.RunSQL(
            "ALTER TABLE lifecycle_standing SET (fillfactor = 45)",
            "ALTER TABLE lifecycle_standing SET (fillfactor = 60)",
        ),
    ]
