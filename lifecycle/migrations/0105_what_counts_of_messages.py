from django.db import migrations, models

# A release before this one copies the columns of the table for its temporary ones, with NOT NULL and without defaults:
# so the new ones say by a check that they hold something. What is stored already holds zero, not known.
MAKE = """
    ALTER TABLE lifecycle_daily
        ADD COLUMN filler integer DEFAULT 0, ADD COLUMN incentivised integer DEFAULT 0,
        ADD COLUMN questions integer DEFAULT 0, ADD COLUMN answered integer DEFAULT 0,
        ADD CONSTRAINT "counts of what was said are not negative" CHECK (
            filler IS NOT NULL AND incentivised IS NOT NULL AND questions IS NOT NULL AND answered IS NOT NULL
            AND LEAST(filler, incentivised, questions, answered) >= 0),
        ADD CONSTRAINT "an unknown count of what was said holds zero" CHECK (
            (known & 1024 <> 0 OR filler = 0) AND (known & 2048 <> 0 OR incentivised = 0)
            AND (known & 4096 <> 0 OR questions = 0) AND (known & 8192 <> 0 OR answered = 0));
"""
DROP = """
    ALTER TABLE lifecycle_daily
        DROP COLUMN filler, DROP COLUMN incentivised, DROP COLUMN questions, DROP COLUMN answered;
"""


class Migration(migrations.Migration):
    """Which messages say nothing or were said for a red packet, and which questions had an answer."""

    dependencies = [("lifecycle", "0096_playbooks_of_teams")]

    operations = [
        migrations.RunSQL(MAKE, DROP),
        *(
            migrations.AddField("sourceday", name, models.IntegerField(default=0, db_default=0))
            for name in ("filler", "incentivised", "questions", "answered")
        ),
    ]
