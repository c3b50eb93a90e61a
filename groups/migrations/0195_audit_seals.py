"""Seals chain the rows of the record, so that a change by whoever owns the table is found."""

from django.db import migrations, models
from django.db.models import F, Q

MAKE = """
CREATE FUNCTION refuse_change_of_seals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('community_ops.tests_may_truncate', true) = 'on' THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'the seals of the audit record are append-only';
END $$;
CREATE TRIGGER seals_stay BEFORE UPDATE OR DELETE ON groups_auditseal
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_seals();
CREATE TRIGGER seal_table_stays BEFORE TRUNCATE ON groups_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_seals();
"""
DROP = """
DROP TRIGGER seal_table_stays ON groups_auditseal;
DROP TRIGGER seals_stay ON groups_auditseal;
DROP FUNCTION refuse_change_of_seals();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0185_monthly_report")]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("rows", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["first_id"], name="a row of the record is sealed once"),
                    models.CheckConstraint(
                        name="a seal holds rows", condition=Q(rows__gte=1) & Q(last_id__gte=F("first_id"))
                    ),
                ]
            },
        ),
        migrations.RunSQL(MAKE, DROP),
    ]
