from django.db import migrations

import lifecycle.models.evidence

# The evidence stays as JSON until the next night packs it. Back again, what was packed waits for the next night.
PACK = """
ALTER TABLE lifecycle_standing ALTER evidence TYPE bytea USING convert_to(evidence::text, 'UTF8');
ALTER TABLE lifecycle_standing ALTER evidence SET STORAGE EXTERNAL;
ALTER TABLE lifecycle_standing SET (fillfactor = 60);
"""
UNPACK = """
ALTER TABLE lifecycle_standing ALTER evidence TYPE jsonb USING
    CASE WHEN length(evidence) > 0 AND get_byte(evidence, 0) = 123 THEN convert_from(evidence, 'UTF8')::jsonb
         ELSE '{}'::jsonb END;
ALTER TABLE lifecycle_standing RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0010_kept_days")]
    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(PACK, UNPACK)],
            [migrations.AlterField("standing", "evidence", lifecycle.models.evidence.EvidenceField(default=dict))],
        )
    ]
