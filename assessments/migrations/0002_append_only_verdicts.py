from django.db import migrations

MAKE = """
CREATE FUNCTION refuse_change_of_verdicts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a verdict is append-only';
END $$;
CREATE TRIGGER verdicts_stay BEFORE UPDATE ON assessments_verdict
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_verdicts();
"""
DROP = """
DROP TRIGGER verdicts_stay ON assessments_verdict;
DROP FUNCTION refuse_change_of_verdicts();
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_start")]
    operations = [migrations.RunSQL(MAKE, DROP)]
