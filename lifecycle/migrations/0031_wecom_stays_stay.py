from django.db import migrations

MAKE = """
CREATE FUNCTION refuse_change_of_a_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.left_at IS NOT NULL OR (NEW.chat_id, NEW.hash, NEW.joined_at) IS DISTINCT FROM
        (OLD.chat_id, OLD.hash, OLD.joined_at)
    THEN RAISE EXCEPTION 'the end of a stay is set once, and nothing else of it is changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER wecom_stays_stay BEFORE UPDATE ON lifecycle_wecomstay
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_a_stay();
"""
DROP = """
DROP TRIGGER wecom_stays_stay ON lifecycle_wecomstay;
DROP FUNCTION refuse_change_of_a_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0030_wecom")]
    operations = [migrations.RunSQL(MAKE, DROP)]
