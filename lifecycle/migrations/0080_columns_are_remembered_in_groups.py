from django.db import migrations

MOVE = """
    INSERT INTO groups_columnpreset (team_id, what, headers_hash, mapping, kept_at, kept_by_id)
    SELECT team_id, 'days', header, columns, saved_at, saved_by_id FROM lifecycle_columnpreset
    ON CONFLICT (team_id, what, headers_hash) DO NOTHING;
    DELETE FROM lifecycle_columnpreset;
"""
# Whoever empties the tables of teams and people does not know this one any more.
UNTIE = """
    DO $$
    DECLARE name text;
    BEGIN
        FOR name IN
            SELECT conname FROM pg_constraint WHERE conrelid = 'lifecycle_columnpreset'::regclass AND contype = 'f'
        LOOP
            EXECUTE format('ALTER TABLE lifecycle_columnpreset DROP CONSTRAINT %I', name);
        END LOOP;
    END $$
"""
MOVE_BACK = """
    INSERT INTO lifecycle_columnpreset (team_id, header, columns, saved_at, saved_by_id)
    SELECT team_id, headers_hash, mapping, kept_at, kept_by_id FROM groups_columnpreset WHERE what = 'days'
    ON CONFLICT (team_id, header) DO NOTHING;
    DELETE FROM groups_columnpreset WHERE what = 'days';
"""


class Migration(migrations.Migration):
    """How daily files are matched is kept with lists and orders.

    The old table stays, empty and tied to nothing, since the release before reads it; a later one drops it.
    """

    dependencies = [("lifecycle", "0072_texts_of_steps"), ("groups", "0140_one_fingerprint_of_headers")]

    operations = [
        migrations.RunSQL(MOVE, MOVE_BACK),
        migrations.RunSQL(UNTIE, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("ColumnPreset")]),
    ]
