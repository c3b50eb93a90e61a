from django.db import migrations

MAKE = """
CREATE FUNCTION refuse_change_of_handover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only the confirmation is added, once.
    IF OLD.done_on_platform_at IS NULL
        AND (NEW.id, NEW.team_id, NEW.group_id, NEW.from_owner_id, NEW.to_owner_id, NEW.at, NEW.reason)
            = (OLD.id, OLD.team_id, OLD.group_id, OLD.from_owner_id, OLD.to_owner_id, OLD.at, OLD.reason)
        AND NEW.by_id IS NOT DISTINCT FROM OLD.by_id
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'hand-overs are append-only';
END $$;
CREATE TRIGGER handovers_stay BEFORE UPDATE ON groups_handover
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_handover();
"""
DROP = """
DROP TRIGGER handovers_stay ON groups_handover;
DROP FUNCTION refuse_change_of_handover();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0010_people_and_access")]
    operations = [migrations.RunSQL(MAKE, DROP)]
