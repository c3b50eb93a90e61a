"""Which groups are closed is asked every five minutes. Built beside whatever writes to the table meanwhile."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("groups", "0167_audit_by_time_and_person")]

    operations = [
        AddIndexConcurrently(
            "group",
            models.Index(fields=["id"], condition=models.Q(closed_on__isnull=False), name="groups_that_are_closed"),
        ),
    ]
