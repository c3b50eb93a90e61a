"""A stay in a WeCom group may lose the person behind it (a hash by chance takes the place of theirs), and nothing else."""

from django.db import migrations

STAYS = """
CREATE OR REPLACE FUNCTION refuse_change_of_a_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.hash <> OLD.hash AND (NEW.id, NEW.chat_id, NEW.joined_at, NEW.left_at, NEW.joined_on, NEW.left_on)
        IS NOT DISTINCT FROM (OLD.id, OLD.chat_id, OLD.joined_at, OLD.left_at, OLD.joined_on, OLD.left_on)
    THEN RETURN NEW;
    END IF;
    IF OLD.left_at IS NOT NULL OR (NEW.chat_id, NEW.hash, NEW.joined_at) IS DISTINCT FROM
        (OLD.chat_id, OLD.hash, OLD.joined_at)
    THEN RAISE EXCEPTION 'the end of a stay is set once, and nothing else of it is changed';
    END IF;
    RETURN NEW;
END $$;
"""
AS_BEFORE = """
CREATE OR REPLACE FUNCTION refuse_change_of_a_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.left_at IS NOT NULL OR (NEW.chat_id, NEW.hash, NEW.joined_at) IS DISTINCT FROM
        (OLD.chat_id, OLD.hash, OLD.joined_at)
    THEN RAISE EXCEPTION 'the end of a stay is set once, and nothing else of it is changed';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0126_quiet_seasons")]

    operations = [migrations.RunSQL(STAYS, AS_BEFORE)]
