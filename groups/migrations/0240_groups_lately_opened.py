"""Running groups by the day on which they were opened: those of a week, without reading all (insights.fleet)."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("groups", "0225_running_groups")]

    operations = [
        AddIndexConcurrently(
            model_name="group",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("closed_on", None)),
                fields=["opened_on"],
                name="groups_lately_opened",
            ),
        ),
    ]
