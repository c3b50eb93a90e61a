from django.db import migrations

MAKE = """
CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The test runner empties tables between tests; nothing else sets this.
    IF TG_OP = 'TRUNCATE' AND current_setting('community_ops.tests_may_truncate', true) = 'on' THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'the audit record is append-only';
END $$;
CREATE TRIGGER audit_rows_stay BEFORE UPDATE OR DELETE ON groups_auditentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit();
CREATE TRIGGER audit_table_stays BEFORE TRUNCATE ON groups_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();
"""
DROP = """
DROP TRIGGER audit_table_stays ON groups_auditentry;
DROP TRIGGER audit_rows_stay ON groups_auditentry;
DROP FUNCTION refuse_change_of_audit();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_start")]
    operations = [migrations.RunSQL(MAKE, DROP)]
