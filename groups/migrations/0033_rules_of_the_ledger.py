"""What the database refuses by triggers: a category below itself, lines of closed months, refunds above what was earned.

The lock of a month is taken shared by whoever enters lines and alone by whoever closes the month, so that a line is
either committed before the month closes or refused. Each statement of a trigger reads what was committed meanwhile.
"""

from django.db import migrations

MAKE = """
CREATE FUNCTION month_key(team bigint, day date) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT ((team * 4096 + extract(year FROM day) * 12 + extract(month FROM day)) % 2147483647)::integer
$$;

CREATE FUNCTION refuse_what_is_below_itself() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above bigint := NEW.parent_id;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('tree of cost categories'));
    IF EXISTS (SELECT 1 FROM groups_costcategory WHERE id = NEW.parent_id AND root <> NEW.root)
    OR EXISTS (SELECT 1 FROM groups_costcategory WHERE parent_id = NEW.id AND root <> NEW.root) THEN
        RAISE EXCEPTION 'a category lies below its own root' USING ERRCODE = 'check_violation';
    END IF;
    WHILE above IS NOT NULL LOOP
        IF above = NEW.id THEN
            RAISE EXCEPTION 'a category is not below itself' USING ERRCODE = 'check_violation';
        END IF;
        SELECT parent_id INTO above FROM groups_costcategory WHERE id = above;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER categories_form_a_tree BEFORE INSERT OR UPDATE OF parent_id, root ON groups_costcategory
    FOR EACH ROW EXECUTE FUNCTION refuse_what_is_below_itself();

CREATE FUNCTION refuse_lines_of_closed_months() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE entered record;
BEGIN
    FOR entered IN
        SELECT DISTINCT team_id, date_trunc('month', "on")::date AS month FROM fresh ORDER BY 1, 2
    LOOP
        PERFORM pg_advisory_xact_lock_shared(hashtext('month of a team'), month_key(entered.team_id, entered.month));
        IF (SELECT max(turn) % 2 = 1 FROM groups_monthturn t
            WHERE t.team_id = entered.team_id AND t.month = entered.month) THEN
            RAISE EXCEPTION 'a closed month takes no line' USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER closed_months_stay AFTER INSERT ON groups_ledgerline REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_lines_of_closed_months();

CREATE FUNCTION wait_for_lines_of_the_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('month of a team'), month_key(NEW.team_id, NEW.month));
    RETURN NEW;
END $$;
CREATE TRIGGER months_close_alone BEFORE INSERT ON groups_monthturn
    FOR EACH ROW EXECUTE FUNCTION wait_for_lines_of_the_month();

CREATE FUNCTION refuse_change_of_month_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a closed month is reopened by another row' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER month_turns_stay BEFORE UPDATE ON groups_monthturn
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_month_turn();

CREATE FUNCTION refuse_more_than_was_earned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE earned record;
BEGIN
    -- Of a refund, a reversal, or the reversal of a refund: the line that it goes back to.
    FOR earned IN
        SELECT DISTINCT coalesce(f.refunds_id, r.refunds_id, f.reverses_id) AS id
        FROM fresh f LEFT JOIN groups_ledgerline r ON r.id = f.reverses_id
        WHERE f.refunds_id IS NOT NULL OR f.reverses_id IS NOT NULL ORDER BY 1
    LOOP
        PERFORM 1 FROM groups_ledgerline WHERE id = earned.id FOR NO KEY UPDATE;
        IF (SELECT sum(l.amount) < 0 FROM groups_ledgerline l WHERE l.id = earned.id OR l.refunds_id = earned.id
            OR l.reverses_id = earned.id
            OR l.reverses_id IN (SELECT id FROM groups_ledgerline WHERE refunds_id = earned.id)) THEN
            RAISE EXCEPTION 'a line gives back no more than it earned' USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER refunds_stay_below_what_was_earned AFTER INSERT ON groups_ledgerline REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_more_than_was_earned();
"""
DROP = """
DROP TRIGGER refunds_stay_below_what_was_earned ON groups_ledgerline;
DROP TRIGGER month_turns_stay ON groups_monthturn;
DROP TRIGGER months_close_alone ON groups_monthturn;
DROP TRIGGER closed_months_stay ON groups_ledgerline;
DROP TRIGGER categories_form_a_tree ON groups_costcategory;
DROP FUNCTION refuse_more_than_was_earned();
DROP FUNCTION refuse_change_of_month_turn();
DROP FUNCTION wait_for_lines_of_the_month();
DROP FUNCTION refuse_lines_of_closed_months();
DROP FUNCTION refuse_what_is_below_itself();
DROP FUNCTION month_key(bigint, date);
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0032_category_without_price")]
    operations = [migrations.RunSQL(MAKE, DROP)]
