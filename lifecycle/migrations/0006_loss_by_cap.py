from django.db import migrations

SUM = """
    ALTER TABLE lifecycle_health ADD CONSTRAINT "losses and score sum to 100" CHECK (
        score = -1 OR score + {cap}GREATEST(loss_rhythm, 0::smallint) + GREATEST(loss_level, 0::smallint)
        + GREATEST(loss_breadth, 0::smallint) + GREATEST(loss_regularity, 0::smallint)
        + GREATEST(loss_core, 0::smallint) = 10000);
"""
# A partition keeps a constraint of its own that was attached with it.
DROP_SUM = """
    ALTER TABLE lifecycle_health DROP CONSTRAINT "losses and score sum to 100";
    DO $$ DECLARE partition regclass; BEGIN
        FOR partition IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'lifecycle_health'::regclass LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS "losses and score sum to 100"', partition);
        END LOOP;
    END $$;
"""
MAKE = (
    DROP_SUM
    + "ALTER TABLE lifecycle_health ADD COLUMN loss_cap smallint NOT NULL DEFAULT 0;"
    + SUM.format(cap="loss_cap + ")
)
DROP = DROP_SUM + "ALTER TABLE lifecycle_health DROP COLUMN loss_cap;" + SUM.format(cap="")


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0005_coverage_of_counts")]
    operations = [migrations.RunSQL(MAKE, DROP)]
