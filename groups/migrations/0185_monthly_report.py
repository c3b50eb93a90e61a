"""Reports of a month, and of one group on a page: links to them, and robots that bring the monthly one.

The first day keeps the name of its column, so that processes of the version before go on while this one starts.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0175_groups_that_are_closed")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField(model_name="sharedreport", old_name="week", new_name="first_day"),
                migrations.AlterField(
                    model_name="sharedreport", name="first_day", field=models.DateField(db_column="week")
                ),
            ]
        ),
        migrations.AddField(
            model_name="sharedreport",
            name="kind",
            field=models.CharField(
                choices=[
                    ("weekly", "Weekly report"),
                    ("monthly", "Monthly report"),
                    ("group", "Group on a page"),
                ],
                db_default="weekly",
                default="weekly",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="sharedreport",
            name="group",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group"
            ),
        ),
        migrations.AddConstraint(
            model_name="sharedreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "group"), ("group__isnull", True), _connector="XOR"),
                name="a report of one group names it",
            ),
        ),
        migrations.AddField(
            model_name="robot", name="monthly_on", field=models.PositiveSmallIntegerField(blank=True, null=True)
        ),
        migrations.AddConstraint(
            model_name="robot",
            constraint=models.CheckConstraint(
                condition=models.Q(("monthly_on", None), ("monthly_on__range", (1, 28)), _connector="OR"),
                name="a robot reports on a day of each month",
            ),
        ),
    ]
