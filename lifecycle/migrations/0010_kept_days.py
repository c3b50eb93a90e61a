from django.db import migrations, models

# The bytes do not compress.
STORAGE = """
ALTER TABLE lifecycle_kept
    ALTER memory SET STORAGE EXTERNAL, ALTER days SET STORAGE EXTERNAL,
    ALTER weeks SET STORAGE EXTERNAL, ALTER acted SET STORAGE EXTERNAL;
"""


class Migration(migrations.Migration):
    """The memory of the judge moves out of the standing; without one a group is judged once from its beginning."""

    dependencies = [("lifecycle", "0007_acts_and_members_of_a_reading")]
    operations = [
        migrations.CreateModel(
            name="KeptDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "weekday", "group_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("weekday", models.SmallIntegerField()),
                ("group_id", models.IntegerField()),
                ("day", models.DateField()),
                ("layout", models.SmallIntegerField()),
                ("rule_version", models.SmallIntegerField()),
                ("memory", models.BinaryField()),
                ("days", models.BinaryField()),
                ("weeks", models.BinaryField()),
                ("acted", models.BinaryField()),
            ],
            options={"db_table": "lifecycle_kept"},
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RemoveField("standing", "memory"),
    ]
