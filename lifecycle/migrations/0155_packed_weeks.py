"""Weeks that are over lie packed by range of groups; whoever has groups judged anew marks them, whatever the release."""

from django.db import migrations, models

# The bytes do not compress.
STORAGE = """
ALTER TABLE lifecycle_weekpack
    ALTER groups SET STORAGE EXTERNAL, ALTER counts SET STORAGE EXTERNAL, ALTER acted SET STORAGE EXTERNAL;
"""
# Processes of the release before mark groups too, and know nothing of packs.
MARKS = """
CREATE FUNCTION mark_packed_weeks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lifecycle_weekmark (group_id, since) SELECT group_id, since FROM made;
    RETURN NULL;
END $$;
CREATE FUNCTION mark_packed_weeks_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lifecycle_weekmark (group_id, since)
    SELECT n.group_id, n.since FROM made n JOIN before o USING (group_id)
    WHERE n.marked_at IS DISTINCT FROM o.marked_at OR n.since < o.since;
    RETURN NULL;
END $$;
CREATE TRIGGER marked_groups_mark_their_weeks AFTER INSERT ON lifecycle_dirtygroup
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION mark_packed_weeks();
CREATE TRIGGER groups_marked_again_mark_their_weeks AFTER UPDATE ON lifecycle_dirtygroup
    REFERENCING OLD TABLE AS before NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION mark_packed_weeks_again();
INSERT INTO lifecycle_weekmark (group_id, since) SELECT group_id, since FROM lifecycle_dirtygroup;
"""
NO_MARKS = """
DROP TRIGGER groups_marked_again_mark_their_weeks ON lifecycle_dirtygroup;
DROP TRIGGER marked_groups_mark_their_weeks ON lifecycle_dirtygroup;
DROP FUNCTION mark_packed_weeks_again();
DROP FUNCTION mark_packed_weeks();
"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0145_stays_lose_their_person")]

    operations = [
        migrations.CreateModel(
            name="WeekPack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_day", models.DateField()),
                ("first_group_id", models.IntegerField()),
                ("last_group_id", models.IntegerField()),
                ("layout", models.SmallIntegerField()),
                ("told", models.SmallIntegerField()),
                ("groups", models.BinaryField()),
                ("counts", models.BinaryField()),
                ("acted", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("first_group_id", "first_day"), name="one_pack_per_range_and_week")
                ],
            },
        ),
        migrations.CreateModel(
            name="WeekMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group_id", models.IntegerField()),
                ("since", models.DateField()),
            ],
            options={"indexes": [models.Index(fields=["group_id"], name="week_marks_of_a_range")]},
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL(MARKS, NO_MARKS),
    ]
