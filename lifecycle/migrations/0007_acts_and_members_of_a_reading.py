from django.db import migrations

# A constant default is not written into the rows. Readings made before have no counts, so they are made anew.
MAKE = """
ALTER TABLE lifecycle_health
    ADD COLUMN acts_7 integer NOT NULL DEFAULT -1, ADD COLUMN members integer NOT NULL DEFAULT -1;
INSERT INTO lifecycle_dirtygroup (group_id, since, marked_at, attempts)
SELECT h.group_id, min(h.day), clock_timestamp(), 0
FROM lifecycle_health h JOIN groups_group g ON g.id = h.group_id GROUP BY h.group_id
ON CONFLICT (group_id) DO UPDATE SET since = LEAST(lifecycle_dirtygroup.since, EXCLUDED.since);
"""
DROP = "ALTER TABLE lifecycle_health DROP COLUMN acts_7, DROP COLUMN members;"


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0006_loss_by_cap"), ("groups", "0003_ledger_constraints_and_search_index")]
    operations = [migrations.RunSQL(MAKE, DROP)]
