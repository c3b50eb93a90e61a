from django.db import migrations

MAKE = """
CREATE FUNCTION refuse_change_of_a_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a note is added to, never rewritten';
END $$;
CREATE TRIGGER notes_stay BEFORE UPDATE ON groups_groupnote FOR EACH ROW EXECUTE FUNCTION refuse_change_of_a_note();
"""
DROP = """
DROP TRIGGER notes_stay ON groups_groupnote;
DROP FUNCTION refuse_change_of_a_note();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0020_registry_changes")]
    operations = [migrations.RunSQL(MAKE, DROP)]
