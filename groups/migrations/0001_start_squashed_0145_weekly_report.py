"""All tables of this app at once, as 0001 to 0145 leave them. What is older than 0145 goes on by those files."""

import datetime

import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.math
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import groups.models.authenticator
import groups.models.money
import groups.models.orders
import groups.models.people
from groups.making_tables import CreateModels

AUDIT_STAYS = """
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
WITHOUT_AUDIT_STAYS = """
DROP TRIGGER audit_table_stays ON groups_auditentry;
DROP TRIGGER audit_rows_stay ON groups_auditentry;
DROP FUNCTION refuse_change_of_audit();
"""

HANDOVERS_STAY = """
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
WITHOUT_HANDOVERS_STAY = """
DROP TRIGGER handovers_stay ON groups_handover;
DROP FUNCTION refuse_change_of_handover();
"""

NOTES_STAY = """
CREATE FUNCTION refuse_change_of_a_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a note is added to, never rewritten';
END $$;
CREATE TRIGGER notes_stay BEFORE UPDATE ON groups_groupnote FOR EACH ROW EXECUTE FUNCTION refuse_change_of_a_note();
"""
WITHOUT_NOTES_STAY = """
DROP TRIGGER notes_stay ON groups_groupnote;
DROP FUNCTION refuse_change_of_a_note();
"""

RULES_OF_THE_LEDGER = """
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
WITHOUT_RULES_OF_THE_LEDGER = """
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

MONEY_MONTHS = """
CREATE FUNCTION keep_money_months() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        
    INSERT INTO groups_teammoneymonth AS m (team_id, month, revenue, goods_cost, revenue_without_goods_cost, acquisition, labour, operations, hours, lines)
    SELECT team_id, month, COALESCE(revenue, 0), COALESCE(goods_cost, 0), COALESCE(revenue_without_goods_cost, 0), COALESCE(acquisition, 0), COALESCE(labour, 0), COALESCE(operations, 0), COALESCE(hours, 0), COALESCE(lines, 0)
    FROM (
        SELECT l.team_id, date_trunc('month', l.on)::date AS month, 
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue') AS revenue,
    sum(sign * l.goods_cost) AS goods_cost,
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue' AND l.goods_cost IS NULL) AS revenue_without_goods_cost,
    sum(sign * l.amount) FILTER (WHERE c.root = 'acquisition') AS acquisition,
    sum(sign * l.amount) FILTER (WHERE c.root = 'labour') AS labour,
    sum(sign * l.amount) FILTER (WHERE c.root = 'operations') AS operations,
    sum(sign * l.quantity) FILTER (WHERE c.root = 'labour' AND c.priced_by = 'hour') AS hours,
    sum(sign)::integer AS lines

        FROM (SELECT 1 AS sign, * FROM lines_now) l LEFT JOIN groups_costcategory c ON c.id = l.category_id
        GROUP BY 1, 2
    ) changed
    ORDER BY team_id, month
    ON CONFLICT (team_id, month) DO UPDATE SET revenue = m.revenue + EXCLUDED.revenue, goods_cost = m.goods_cost + EXCLUDED.goods_cost, revenue_without_goods_cost = m.revenue_without_goods_cost + EXCLUDED.revenue_without_goods_cost, acquisition = m.acquisition + EXCLUDED.acquisition, labour = m.labour + EXCLUDED.labour, operations = m.operations + EXCLUDED.operations, hours = m.hours + EXCLUDED.hours, lines = m.lines + EXCLUDED.lines
;
    INSERT INTO groups_moneymonth AS m (group_id, month, team_id, revenue, goods_cost, revenue_without_goods_cost, acquisition, labour, operations, hours, lines)
    SELECT group_id, month, team_id, COALESCE(revenue, 0), COALESCE(goods_cost, 0), COALESCE(revenue_without_goods_cost, 0), COALESCE(acquisition, 0), COALESCE(labour, 0), COALESCE(operations, 0), COALESCE(hours, 0), COALESCE(lines, 0)
    FROM (
        SELECT l.group_id, date_trunc('month', l.on)::date AS month, min(l.team_id) AS team_id, 
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue') AS revenue,
    sum(sign * l.goods_cost) AS goods_cost,
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue' AND l.goods_cost IS NULL) AS revenue_without_goods_cost,
    sum(sign * l.amount) FILTER (WHERE c.root = 'acquisition') AS acquisition,
    sum(sign * l.amount) FILTER (WHERE c.root = 'labour') AS labour,
    sum(sign * l.amount) FILTER (WHERE c.root = 'operations') AS operations,
    sum(sign * l.quantity) FILTER (WHERE c.root = 'labour' AND c.priced_by = 'hour') AS hours,
    sum(sign)::integer AS lines

        FROM (SELECT 1 AS sign, * FROM lines_now) l LEFT JOIN groups_costcategory c ON c.id = l.category_id
        GROUP BY 1, 2
    ) changed
    ORDER BY group_id, month
    ON CONFLICT (group_id, month) DO UPDATE SET revenue = m.revenue + EXCLUDED.revenue, goods_cost = m.goods_cost + EXCLUDED.goods_cost, revenue_without_goods_cost = m.revenue_without_goods_cost + EXCLUDED.revenue_without_goods_cost, acquisition = m.acquisition + EXCLUDED.acquisition, labour = m.labour + EXCLUDED.labour, operations = m.operations + EXCLUDED.operations, hours = m.hours + EXCLUDED.hours, lines = m.lines + EXCLUDED.lines
;
    ELSIF TG_OP = 'UPDATE' THEN
        
    INSERT INTO groups_teammoneymonth AS m (team_id, month, revenue, goods_cost, revenue_without_goods_cost, acquisition, labour, operations, hours, lines)
    SELECT team_id, month, COALESCE(revenue, 0), COALESCE(goods_cost, 0), COALESCE(revenue_without_goods_cost, 0), COALESCE(acquisition, 0), COALESCE(labour, 0), COALESCE(operations, 0), COALESCE(hours, 0), COALESCE(lines, 0)
    FROM (
        SELECT l.team_id, date_trunc('month', l.on)::date AS month, 
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue') AS revenue,
    sum(sign * l.goods_cost) AS goods_cost,
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue' AND l.goods_cost IS NULL) AS revenue_without_goods_cost,
    sum(sign * l.amount) FILTER (WHERE c.root = 'acquisition') AS acquisition,
    sum(sign * l.amount) FILTER (WHERE c.root = 'labour') AS labour,
    sum(sign * l.amount) FILTER (WHERE c.root = 'operations') AS operations,
    sum(sign * l.quantity) FILTER (WHERE c.root = 'labour' AND c.priced_by = 'hour') AS hours,
    sum(sign)::integer AS lines

        FROM (SELECT -1 AS sign, * FROM lines_before UNION ALL SELECT 1 AS sign, * FROM lines_now) l LEFT JOIN groups_costcategory c ON c.id = l.category_id
        GROUP BY 1, 2
    ) changed
    ORDER BY team_id, month
    ON CONFLICT (team_id, month) DO UPDATE SET revenue = m.revenue + EXCLUDED.revenue, goods_cost = m.goods_cost + EXCLUDED.goods_cost, revenue_without_goods_cost = m.revenue_without_goods_cost + EXCLUDED.revenue_without_goods_cost, acquisition = m.acquisition + EXCLUDED.acquisition, labour = m.labour + EXCLUDED.labour, operations = m.operations + EXCLUDED.operations, hours = m.hours + EXCLUDED.hours, lines = m.lines + EXCLUDED.lines
;
    INSERT INTO groups_moneymonth AS m (group_id, month, team_id, revenue, goods_cost, revenue_without_goods_cost, acquisition, labour, operations, hours, lines)
    SELECT group_id, month, team_id, COALESCE(revenue, 0), COALESCE(goods_cost, 0), COALESCE(revenue_without_goods_cost, 0), COALESCE(acquisition, 0), COALESCE(labour, 0), COALESCE(operations, 0), COALESCE(hours, 0), COALESCE(lines, 0)
    FROM (
        SELECT l.group_id, date_trunc('month', l.on)::date AS month, min(l.team_id) AS team_id, 
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue') AS revenue,
    sum(sign * l.goods_cost) AS goods_cost,
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue' AND l.goods_cost IS NULL) AS revenue_without_goods_cost,
    sum(sign * l.amount) FILTER (WHERE c.root = 'acquisition') AS acquisition,
    sum(sign * l.amount) FILTER (WHERE c.root = 'labour') AS labour,
    sum(sign * l.amount) FILTER (WHERE c.root = 'operations') AS operations,
    sum(sign * l.quantity) FILTER (WHERE c.root = 'labour' AND c.priced_by = 'hour') AS hours,
    sum(sign)::integer AS lines

        FROM (SELECT -1 AS sign, * FROM lines_before UNION ALL SELECT 1 AS sign, * FROM lines_now) l LEFT JOIN groups_costcategory c ON c.id = l.category_id
        GROUP BY 1, 2
    ) changed
    ORDER BY group_id, month
    ON CONFLICT (group_id, month) DO UPDATE SET revenue = m.revenue + EXCLUDED.revenue, goods_cost = m.goods_cost + EXCLUDED.goods_cost, revenue_without_goods_cost = m.revenue_without_goods_cost + EXCLUDED.revenue_without_goods_cost, acquisition = m.acquisition + EXCLUDED.acquisition, labour = m.labour + EXCLUDED.labour, operations = m.operations + EXCLUDED.operations, hours = m.hours + EXCLUDED.hours, lines = m.lines + EXCLUDED.lines
;
        
    DELETE FROM groups_teammoneymonth m USING lines_before l WHERE m.lines = 0 AND m.team_id = l.team_id;
    DELETE FROM groups_moneymonth m USING lines_before l WHERE m.lines = 0 AND m.group_id = l.group_id
;
    ELSIF TG_OP = 'DELETE' THEN
        
    INSERT INTO groups_teammoneymonth AS m (team_id, month, revenue, goods_cost, revenue_without_goods_cost, acquisition, labour, operations, hours, lines)
    SELECT team_id, month, COALESCE(revenue, 0), COALESCE(goods_cost, 0), COALESCE(revenue_without_goods_cost, 0), COALESCE(acquisition, 0), COALESCE(labour, 0), COALESCE(operations, 0), COALESCE(hours, 0), COALESCE(lines, 0)
    FROM (
        SELECT l.team_id, date_trunc('month', l.on)::date AS month, 
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue') AS revenue,
    sum(sign * l.goods_cost) AS goods_cost,
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue' AND l.goods_cost IS NULL) AS revenue_without_goods_cost,
    sum(sign * l.amount) FILTER (WHERE c.root = 'acquisition') AS acquisition,
    sum(sign * l.amount) FILTER (WHERE c.root = 'labour') AS labour,
    sum(sign * l.amount) FILTER (WHERE c.root = 'operations') AS operations,
    sum(sign * l.quantity) FILTER (WHERE c.root = 'labour' AND c.priced_by = 'hour') AS hours,
    sum(sign)::integer AS lines

        FROM (SELECT -1 AS sign, * FROM lines_before) l LEFT JOIN groups_costcategory c ON c.id = l.category_id
        GROUP BY 1, 2
    ) changed
    ORDER BY team_id, month
    ON CONFLICT (team_id, month) DO UPDATE SET revenue = m.revenue + EXCLUDED.revenue, goods_cost = m.goods_cost + EXCLUDED.goods_cost, revenue_without_goods_cost = m.revenue_without_goods_cost + EXCLUDED.revenue_without_goods_cost, acquisition = m.acquisition + EXCLUDED.acquisition, labour = m.labour + EXCLUDED.labour, operations = m.operations + EXCLUDED.operations, hours = m.hours + EXCLUDED.hours, lines = m.lines + EXCLUDED.lines
;
    INSERT INTO groups_moneymonth AS m (group_id, month, team_id, revenue, goods_cost, revenue_without_goods_cost, acquisition, labour, operations, hours, lines)
    SELECT group_id, month, team_id, COALESCE(revenue, 0), COALESCE(goods_cost, 0), COALESCE(revenue_without_goods_cost, 0), COALESCE(acquisition, 0), COALESCE(labour, 0), COALESCE(operations, 0), COALESCE(hours, 0), COALESCE(lines, 0)
    FROM (
        SELECT l.group_id, date_trunc('month', l.on)::date AS month, min(l.team_id) AS team_id, 
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue') AS revenue,
    sum(sign * l.goods_cost) AS goods_cost,
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue' AND l.goods_cost IS NULL) AS revenue_without_goods_cost,
    sum(sign * l.amount) FILTER (WHERE c.root = 'acquisition') AS acquisition,
    sum(sign * l.amount) FILTER (WHERE c.root = 'labour') AS labour,
    sum(sign * l.amount) FILTER (WHERE c.root = 'operations') AS operations,
    sum(sign * l.quantity) FILTER (WHERE c.root = 'labour' AND c.priced_by = 'hour') AS hours,
    sum(sign)::integer AS lines

        FROM (SELECT -1 AS sign, * FROM lines_before) l LEFT JOIN groups_costcategory c ON c.id = l.category_id
        GROUP BY 1, 2
    ) changed
    ORDER BY group_id, month
    ON CONFLICT (group_id, month) DO UPDATE SET revenue = m.revenue + EXCLUDED.revenue, goods_cost = m.goods_cost + EXCLUDED.goods_cost, revenue_without_goods_cost = m.revenue_without_goods_cost + EXCLUDED.revenue_without_goods_cost, acquisition = m.acquisition + EXCLUDED.acquisition, labour = m.labour + EXCLUDED.labour, operations = m.operations + EXCLUDED.operations, hours = m.hours + EXCLUDED.hours, lines = m.lines + EXCLUDED.lines
;
        
    DELETE FROM groups_teammoneymonth m USING lines_before l WHERE m.lines = 0 AND m.team_id = l.team_id;
    DELETE FROM groups_moneymonth m USING lines_before l WHERE m.lines = 0 AND m.group_id = l.group_id
;
    ELSE
        DELETE FROM groups_teammoneymonth;
        DELETE FROM groups_moneymonth;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER money_months_gain AFTER INSERT ON groups_ledgerline
    REFERENCING NEW TABLE AS lines_now FOR EACH STATEMENT EXECUTE FUNCTION keep_money_months();
CREATE TRIGGER money_months_change AFTER UPDATE ON groups_ledgerline
    REFERENCING OLD TABLE AS lines_before NEW TABLE AS lines_now
    FOR EACH STATEMENT EXECUTE FUNCTION keep_money_months();
CREATE TRIGGER money_months_lose AFTER DELETE ON groups_ledgerline
    REFERENCING OLD TABLE AS lines_before FOR EACH STATEMENT EXECUTE FUNCTION keep_money_months();
CREATE TRIGGER money_months_end AFTER TRUNCATE ON groups_ledgerline
    FOR EACH STATEMENT EXECUTE FUNCTION keep_money_months();

    INSERT INTO groups_teammoneymonth AS m (team_id, month, revenue, goods_cost, revenue_without_goods_cost, acquisition, labour, operations, hours, lines)
    SELECT team_id, month, COALESCE(revenue, 0), COALESCE(goods_cost, 0), COALESCE(revenue_without_goods_cost, 0), COALESCE(acquisition, 0), COALESCE(labour, 0), COALESCE(operations, 0), COALESCE(hours, 0), COALESCE(lines, 0)
    FROM (
        SELECT l.team_id, date_trunc('month', l.on)::date AS month, 
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue') AS revenue,
    sum(sign * l.goods_cost) AS goods_cost,
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue' AND l.goods_cost IS NULL) AS revenue_without_goods_cost,
    sum(sign * l.amount) FILTER (WHERE c.root = 'acquisition') AS acquisition,
    sum(sign * l.amount) FILTER (WHERE c.root = 'labour') AS labour,
    sum(sign * l.amount) FILTER (WHERE c.root = 'operations') AS operations,
    sum(sign * l.quantity) FILTER (WHERE c.root = 'labour' AND c.priced_by = 'hour') AS hours,
    sum(sign)::integer AS lines

        FROM (SELECT 1 AS sign, * FROM groups_ledgerline) l LEFT JOIN groups_costcategory c ON c.id = l.category_id
        GROUP BY 1, 2
    ) changed
    ORDER BY team_id, month
    ON CONFLICT (team_id, month) DO UPDATE SET revenue = m.revenue + EXCLUDED.revenue, goods_cost = m.goods_cost + EXCLUDED.goods_cost, revenue_without_goods_cost = m.revenue_without_goods_cost + EXCLUDED.revenue_without_goods_cost, acquisition = m.acquisition + EXCLUDED.acquisition, labour = m.labour + EXCLUDED.labour, operations = m.operations + EXCLUDED.operations, hours = m.hours + EXCLUDED.hours, lines = m.lines + EXCLUDED.lines
;
    INSERT INTO groups_moneymonth AS m (group_id, month, team_id, revenue, goods_cost, revenue_without_goods_cost, acquisition, labour, operations, hours, lines)
    SELECT group_id, month, team_id, COALESCE(revenue, 0), COALESCE(goods_cost, 0), COALESCE(revenue_without_goods_cost, 0), COALESCE(acquisition, 0), COALESCE(labour, 0), COALESCE(operations, 0), COALESCE(hours, 0), COALESCE(lines, 0)
    FROM (
        SELECT l.group_id, date_trunc('month', l.on)::date AS month, min(l.team_id) AS team_id, 
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue') AS revenue,
    sum(sign * l.goods_cost) AS goods_cost,
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue' AND l.goods_cost IS NULL) AS revenue_without_goods_cost,
    sum(sign * l.amount) FILTER (WHERE c.root = 'acquisition') AS acquisition,
    sum(sign * l.amount) FILTER (WHERE c.root = 'labour') AS labour,
    sum(sign * l.amount) FILTER (WHERE c.root = 'operations') AS operations,
    sum(sign * l.quantity) FILTER (WHERE c.root = 'labour' AND c.priced_by = 'hour') AS hours,
    sum(sign)::integer AS lines

        FROM (SELECT 1 AS sign, * FROM groups_ledgerline) l LEFT JOIN groups_costcategory c ON c.id = l.category_id
        GROUP BY 1, 2
    ) changed
    ORDER BY group_id, month
    ON CONFLICT (group_id, month) DO UPDATE SET revenue = m.revenue + EXCLUDED.revenue, goods_cost = m.goods_cost + EXCLUDED.goods_cost, revenue_without_goods_cost = m.revenue_without_goods_cost + EXCLUDED.revenue_without_goods_cost, acquisition = m.acquisition + EXCLUDED.acquisition, labour = m.labour + EXCLUDED.labour, operations = m.operations + EXCLUDED.operations, hours = m.hours + EXCLUDED.hours, lines = m.lines + EXCLUDED.lines
;
"""
WITHOUT_MONEY_MONTHS = """
DROP TRIGGER money_months_end ON groups_ledgerline;
DROP TRIGGER money_months_lose ON groups_ledgerline;
DROP TRIGGER money_months_change ON groups_ledgerline;
DROP TRIGGER money_months_gain ON groups_ledgerline;
DROP FUNCTION keep_money_months();
"""


class Migration(migrations.Migration):
    replaces = [
        ("groups", "0001_start"),
        ("groups", "0002_append_only_audit"),
        ("groups", "0003_ledger_constraints_and_search_index"),
        ("groups", "0010_people_and_access"),
        ("groups", "0011_handovers_stay"),
        ("groups", "0012_people_manager"),
        ("groups", "0020_registry_changes"),
        ("groups", "0021_notes_are_not_rewritten"),
        ("groups", "0030_money_with_dates"),
        ("groups", "0031_prices_of_categories"),
        ("groups", "0032_category_without_price"),
        ("groups", "0033_rules_of_the_ledger"),
        ("groups", "0040_money_months"),
        ("groups", "0041_shop_orders"),
        ("groups", "0050_revenue_models"),
        ("groups", "0051_models_of_plans"),
        ("groups", "0052_layer_moves"),
        ("groups", "0053_partners_and_placements"),
        ("groups", "0060_identities"),
        ("groups", "0070_receipts_of_lines"),
        ("groups", "0071_weekly_capacity"),
        ("groups", "0080_lists_by_workers"),
        ("groups", "0081_orders_by_workers"),
        ("groups", "0082_columns_of_orders"),
        ("groups", "0085_authenticator_apps"),
        ("groups", "0086_currency_of_the_installation"),
        ("groups", "0087_people_by_pinyin"),
        ("groups", "0090_tokens_and_answers"),
        ("groups", "0100_notices"),
        ("groups", "0110_when_a_message_was_tried"),
        ("groups", "0120_backup_codes_sealed"),
        ("groups", "0121_undoing_by_workers"),
        ("groups", "0140_one_fingerprint_of_headers"),
        ("groups", "0145_weekly_report"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        BtreeGistExtension(),
        CreateModels(
            [
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(
                                error_messages={"unique": "A user with that username already exists."},
                                help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                                max_length=150,
                                unique=True,
                                validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                                verbose_name="username",
                            ),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False,
                                help_text="Designates whether the user can log into this admin site.",
                                verbose_name="staff status",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "date_joined",
                            models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                        ),
                        ("display_name", models.CharField(max_length=60, verbose_name="Name")),
                        (
                            "sort_key",
                            groups.models.people.PersonSortKeyField(default="", editable=False, max_length=240),
                        ),
                        ("is_administrator", models.BooleanField(default=False, verbose_name="Administrator")),
                        (
                            "language",
                            models.CharField(
                                blank=True, choices=[("zh-hans", "简体中文"), ("en", "English")], max_length=10
                            ),
                        ),
                        (
                            "theme",
                            models.CharField(
                                choices=[("auto", "Like the device"), ("light", "Light"), ("dark", "Dark")],
                                default="auto",
                                max_length=5,
                            ),
                        ),
                        (
                            "delta_colours",
                            models.CharField(
                                choices=[
                                    ("neutral", "Neutral"),
                                    ("red_up", "Red up, green down"),
                                    ("green_up", "Green up, red down"),
                                ],
                                default="neutral",
                                max_length=8,
                            ),
                        ),
                        ("shortcuts_enabled", models.BooleanField(default=True)),
                        (
                            "weekly_hours",
                            models.DecimalField(
                                decimal_places=1, default=40, max_digits=5, verbose_name="Weekly hours for groups"
                            ),
                        ),
                        ("is_demo", models.BooleanField(default=False)),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["sort_key", "id"], name="people_by_name")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("weekly_hours__range", (0, 168))),
                                name="weekly hours lie within a week",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attempts",
                    fields=[
                        ("key", models.CharField(max_length=120, primary_key=True, serialize=False)),
                        ("since", models.DateTimeField()),
                        ("count", models.PositiveIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="GroupFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="files", to="groups.group"
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="receipts",
                                to="groups.ledgerline",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="File")),
                        ("kind", models.CharField(max_length=4)),
                        ("size", models.PositiveIntegerField()),
                        ("token", models.UUIDField(editable=False, unique=True)),
                        ("added_at", models.DateTimeField()),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("removed_at", models.DateTimeField(null=True)),
                        (
                            "removed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["group", "-id"], name="files_of_a_group")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("size__gt", 0)), name="a file of a group holds something"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("removed_at", None), ("removed_by", None)),
                                    models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a removed file says by whom",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("line", None), models.Q(("kind", "csv"), _negated=True), _connector="OR"
                                ),
                                name="a receipt is no plain text",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QuietHours",
                    fields=[
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="quiet_hours",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("begin", models.TimeField(default=datetime.time(21, 0))),
                        ("end", models.TimeField(default=datetime.time(9, 0))),
                        ("on_holidays", models.BooleanField(default=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="System")),
                        ("key", models.CharField(max_length=8, unique=True)),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "rights",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("read", "Read groups and their health"),
                                        ("activity:write", "Write daily figures"),
                                        ("orders:write", "Write orders"),
                                        ("members:write", "Write joins and leaves"),
                                    ],
                                    max_length=20,
                                ),
                                size=None,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("form_token", models.UUIDField(unique=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("expires_at", models.DateTimeField()),
                        ("last_used_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("teams", models.ManyToManyField(related_name="+", to="groups.team")),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("made_at"))),
                                name="a token expires after it was made",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                                name="a token keeps a digest of 64 digits",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("revoked_by", None), ("revoked_at__isnull", False), _connector="OR"
                                ),
                                name="who revoked a token did so at a time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rights", []), _negated=True), name="a token has a right"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApiAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "token",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.apitoken"
                            ),
                        ),
                        ("key", models.CharField(max_length=200)),
                        ("request_hash", models.CharField(max_length=64)),
                        ("body", models.JSONField(null=True)),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["made_at"], name="answers_by_age")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("token", "key"), name="a token uses an idempotency key once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("actor_id", models.BigIntegerField(null=True)),
                        ("actor_name", models.CharField(blank=True, max_length=60)),
                        ("team_id", models.BigIntegerField(null=True)),
                        ("verb", models.CharField(max_length=60)),
                        ("object_type", models.CharField(max_length=40)),
                        ("object_id", models.BigIntegerField(null=True)),
                        ("object_name", models.CharField(blank=True, max_length=160)),
                        ("before", models.JSONField(null=True)),
                        ("after", models.JSONField(null=True)),
                        ("reason", models.TextField(blank=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["object_type", "object_id", "-id"], name="audit_of_an_object"),
                            models.Index(fields=["team_id", "-id"], name="audit_of_a_team"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuthenticatorApp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                help_text="The user that this device belongs to.",
                                on_delete=django.db.models.deletion.CASCADE,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("name", models.CharField(help_text="The human-readable name of this device.", max_length=64)),
                        ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                        (
                            "throttling_failure_timestamp",
                            models.DateTimeField(
                                blank=True,
                                default=None,
                                help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                                null=True,
                            ),
                        ),
                        (
                            "throttling_failure_count",
                            models.PositiveIntegerField(default=0, help_text="Number of successive failed attempts."),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                auto_now_add=True,
                                help_text="The date and time when this device was initially created in the system.",
                                null=True,
                            ),
                        ),
                        (
                            "last_used_at",
                            models.DateTimeField(
                                blank=True, help_text="The most recent date and time this device was used.", null=True
                            ),
                        ),
                        ("sealed", models.BinaryField(default=groups.models.authenticator.new_secret)),
                        ("drift", models.SmallIntegerField(default=0)),
                        ("last_t", models.BigIntegerField(default=-1)),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("confirmed", True)),
                                fields=("user",),
                                name="a person has one authenticator app",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BackupCodes",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                help_text="The user that this device belongs to.",
                                on_delete=django.db.models.deletion.CASCADE,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("name", models.CharField(help_text="The human-readable name of this device.", max_length=64)),
                        ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                        (
                            "throttling_failure_timestamp",
                            models.DateTimeField(
                                blank=True,
                                default=None,
                                help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                                null=True,
                            ),
                        ),
                        (
                            "throttling_failure_count",
                            models.PositiveIntegerField(default=0, help_text="Number of successive failed attempts."),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                auto_now_add=True,
                                help_text="The date and time when this device was initially created in the system.",
                                null=True,
                            ),
                        ),
                        (
                            "last_used_at",
                            models.DateTimeField(
                                blank=True, help_text="The most recent date and time this device was used.", null=True
                            ),
                        ),
                        ("sealed", models.BinaryField()),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("user",), name="a person has one set of backup codes")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CostCategory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "root",
                            models.CharField(
                                choices=[
                                    ("acquisition", "Acquisition cost"),
                                    ("labour", "Labour cost"),
                                    ("operations", "Running cost"),
                                ],
                                max_length=11,
                                verbose_name="Root",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="groups.costcategory",
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="Category")),
                        (
                            "priced_by",
                            models.CharField(
                                choices=[
                                    ("amount", "By amount"),
                                    ("person", "Per person"),
                                    ("hour", "Per hour"),
                                    ("occasion", "Per occasion"),
                                ],
                                default="amount",
                                max_length=8,
                                verbose_name="Priced",
                            ),
                        ),
                        ("archived_at", models.DateTimeField(blank=True, null=True)),
                        ("is_demo", models.BooleanField(default=False)),
                    ],
                    options={
                        "ordering": ["root", "name"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("archived_at", None)),
                                fields=("root", "name"),
                                name="a live category name is used once per root",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CategoryPrice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="prices",
                                to="groups.costcategory",
                            ),
                        ),
                        ("price", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                        ("set_at", models.DateTimeField()),
                        (
                            "set_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("category", "="), ("valid", "&&")],
                                name="a category has one price on a day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("price__gte", 0), ("price__lt", 1000000000000)),
                                name="a default price is not negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("valid__isempty", False)), name="a price holds for a day at least"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Allocation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="allocations",
                                to="groups.team",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.costcategory"
                            ),
                        ),
                        ("total", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("on", models.DateField(verbose_name="Date")),
                        (
                            "basis",
                            models.CharField(
                                choices=[
                                    ("members", "By members"),
                                    ("hours", "By hours worked"),
                                    ("revenue", "By revenue"),
                                    ("equal", "In equal parts"),
                                ],
                                max_length=7,
                                verbose_name="Spread",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="Note")),
                        ("parts", models.JSONField()),
                        ("token", models.UUIDField(editable=False, unique=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("taken_back_at", models.DateTimeField(null=True)),
                        (
                            "taken_back_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("total__gt", 0), ("total__lt", 1000000000000)),
                                name="a shared cost is positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("taken_back_at", None),
                                    ("taken_back_at__gte", models.F("made_at")),
                                    _connector="OR",
                                ),
                                name="an allocation is taken back after it was made",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Group",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="groups", to="groups.team"
                            ),
                        ),
                        (
                            "platform",
                            models.CharField(
                                choices=[
                                    ("wecom", "WeCom customer group"),
                                    ("wechat", "Personal WeChat"),
                                    ("zsxq", "Zsxq"),
                                    ("qq", "QQ group"),
                                    ("dingtalk", "DingTalk or Feishu"),
                                    ("telegram", "Telegram"),
                                    ("slack", "Slack"),
                                    ("whatsapp", "WhatsApp"),
                                    ("discord", "Discord"),
                                    ("zulip", "Zulip"),
                                    ("gitter", "Gitter"),
                                    ("irc", "IRC"),
                                    ("mail", "Mailing list"),
                                    ("other", "Other"),
                                ],
                                max_length=10,
                                verbose_name="Platform",
                            ),
                        ),
                        (
                            "external_id",
                            models.CharField(blank=True, max_length=120, verbose_name="Id on the platform"),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="Group name")),
                        ("theme", models.CharField(blank=True, max_length=120, verbose_name="Theme")),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="owned_groups",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="Owner",
                            ),
                        ),
                        (
                            "layer",
                            models.CharField(
                                choices=[
                                    ("none", "Not in a funnel"),
                                    ("mass", "Mass group"),
                                    ("course", "Course group"),
                                    ("vip", "VIP group"),
                                ],
                                default="none",
                                max_length=6,
                                verbose_name="Layer",
                            ),
                        ),
                        (
                            "tags",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="Tags",
                            ),
                        ),
                        (
                            "upstream",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="downstream",
                                to="groups.group",
                            ),
                        ),
                        ("member_cap", models.PositiveIntegerField(blank=True, null=True, verbose_name="Member cap")),
                        ("opened_on", models.DateField(verbose_name="Opened on")),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="Closed on")),
                        ("goal_met_on", models.DateField(blank=True, null=True)),
                        ("notes", models.TextField(blank=True, verbose_name="Notes")),
                        (
                            "grams",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=4), default=list, editable=False, size=None
                            ),
                        ),
                        ("sort_key", models.CharField(default="", editable=False, max_length=240)),
                        ("initials", models.CharField(default="", editable=False, max_length=120)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("archived_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(fields=["grams"], name="group_grams"),
                            models.Index(fields=["team", "sort_key", "id"], name="group_by_name"),
                            models.Index(fields=["initials"], name="group_initials", opclasses=["varchar_pattern_ops"]),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(models.Q(("external_id", ""), _negated=True), ("archived_at", None)),
                                fields=("team", "platform", "external_id"),
                                name="a platform id is registered once per team",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closed_on", None), ("closed_on__gte", models.F("opened_on")), _connector="OR"
                                ),
                                name="a group closes on or after the day it opened",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="a group has a name"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AttributionRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("group_key", "Mini-program group id"),
                                    ("coupon", "Coupon"),
                                    ("distributor", "Distributor"),
                                    ("shop_point", "Shop point"),
                                    ("phone", "Buyer's phone"),
                                ],
                                max_length=11,
                                verbose_name="Orders are told by",
                            ),
                        ),
                        ("pattern", models.CharField(max_length=120, verbose_name="Exactly this text")),
                        ("shown", models.CharField(max_length=120)),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attribution_rules",
                                to="groups.group",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="From day")),
                        ("valid_until", models.DateField(blank=True, null=True, verbose_name="Until day")),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("withdrawn_at", None)),
                                expressions=[
                                    ("team", "="),
                                    ("kind", "="),
                                    ("pattern", "="),
                                    (groups.models.orders.Days("valid_from", "valid_until", models.Value("[]")), "&&"),
                                ],
                                name="one rule for a text of a team at a time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                                ),
                                name="a rule ends on or after it begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("pattern", ""), _negated=True), name="a rule has a text to look for"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroupCoOwner",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="co_ownerships",
                                to="groups.group",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="co_ownerships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("group", "user"), name="a group names a co-owner once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroupFileContent",
                    fields=[
                        (
                            "file",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="content",
                                serialize=False,
                                to="groups.groupfile",
                            ),
                        ),
                        ("sealed", models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name="HourlyRate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hourly_rates",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                blank=True, choices=[("operator", "Operator"), ("manager", "Manager")], max_length=10
                            ),
                        ),
                        ("price", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="Hourly rate")),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                        ("set_at", models.DateTimeField()),
                        (
                            "set_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    (
                                        django.db.models.functions.comparison.Coalesce(
                                            models.F("person"), models.Value(0)
                                        ),
                                        "=",
                                    ),
                                    ("role", "="),
                                    ("valid", "&&"),
                                ],
                                name="a person or role has one rate on a day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("person__isnull", False), ("role", "")),
                                    models.Q(("person", None), models.Q(("role", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="a rate is of a person or of a role",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("price__gte", 0), ("price__lt", 1000000000000)),
                                name="an hourly rate is not negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("valid__isempty", False)), name="a rate holds for a day at least"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Identity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="identities",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("issuer", models.CharField(max_length=300)),
                        ("subject", models.CharField(max_length=255)),
                        ("linked_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("issuer", "subject"), name="a subject signs in to one account"
                            ),
                            models.UniqueConstraint(
                                fields=("user", "issuer"), name="an account is of one subject of an issuer"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LayerMove",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="moves_out",
                                to="groups.group",
                                verbose_name="From",
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="moves_in",
                                to="groups.group",
                                verbose_name="To",
                            ),
                        ),
                        (
                            "from_layer",
                            models.CharField(
                                choices=[
                                    ("none", "Not in a funnel"),
                                    ("mass", "Mass group"),
                                    ("course", "Course group"),
                                    ("vip", "VIP group"),
                                ],
                                max_length=6,
                            ),
                        ),
                        (
                            "to_layer",
                            models.CharField(
                                choices=[
                                    ("none", "Not in a funnel"),
                                    ("mass", "Mass group"),
                                    ("course", "Course group"),
                                    ("vip", "VIP group"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("on", models.DateField(verbose_name="Date")),
                        ("people", models.IntegerField(verbose_name="People")),
                        ("members_unknown", models.BooleanField(default=False)),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="Note")),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="groups.layermove",
                            ),
                        ),
                        ("token", models.UUIDField(editable=False, null=True, unique=True)),
                        ("entered_at", models.DateTimeField()),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["team", "on"], name="moves_of_a_span"),
                            models.Index(fields=["source", "on"], name="moves_from_a_group"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("source", models.F("target")), _negated=True),
                                name="people move to another group",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("people__gt", 0), ("reverses", None)),
                                    models.Q(("people__lt", 0), ("reverses__isnull", False)),
                                    _connector="OR",
                                ),
                                name="only a reversal takes people back",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("people__range", (-10000000, 10000000))),
                                name="a move is within reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LedgerLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ledger_lines",
                                to="groups.group",
                            ),
                        ),
                        ("kind", models.CharField(choices=[("revenue", "Revenue"), ("cost", "Cost")], max_length=7)),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="groups.costcategory",
                            ),
                        ),
                        ("on", models.DateField(verbose_name="Date")),
                        ("quantity", models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
                        ("unit_price", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="Amount")),
                        ("goods_cost", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                        ("currency", models.CharField(default=groups.models.money.own_currency, max_length=3)),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="Note")),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="groups.ledgerline",
                            ),
                        ),
                        (
                            "refunds",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refunded_by",
                                to="groups.ledgerline",
                            ),
                        ),
                        (
                            "recurring",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="groups.recurringline",
                            ),
                        ),
                        ("due_on", models.DateField(null=True)),
                        (
                            "allocation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="groups.allocation",
                            ),
                        ),
                        ("token", models.UUIDField(editable=False, null=True, unique=True)),
                        ("entered_at", models.DateTimeField()),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["group", "on"], name="ledger_of_a_group"),
                            models.Index(fields=["on"], name="ledger_of_a_span"),
                            models.Index(fields=["entered_by", "-id"], name="ledger_of_a_person"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("category__isnull", False), ("kind", "cost")),
                                    models.Q(("category", None), ("kind", "revenue")),
                                    _connector="OR",
                                ),
                                name="a cost has a category and revenue has none",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("quantity", None),
                                    ("quantity__gte", 0),
                                    ("reverses__isnull", False),
                                    _connector="OR",
                                ),
                                name="only a reversal takes back a quantity",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount__lt", 1000000000000),
                                    models.Q(("quantity", None), ("quantity__lt", 10000000000), _connector="OR"),
                                    models.Q(("unit_price", None), ("unit_price__lt", 1000000000000), _connector="OR"),
                                    models.Q(("goods_cost", None), ("goods_cost__lt", 1000000000000), _connector="OR"),
                                ),
                                name="figures of a line are numbers",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("unit_price", None), ("unit_price__gte", 0), _connector="OR"),
                                name="a unit price is not negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount__gte", 0),
                                    ("reverses__isnull", False),
                                    ("refunds__isnull", False),
                                    _connector="OR",
                                ),
                                name="only a reversal or a refund is negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("refunds", None),
                                    models.Q(("amount__lt", 0), ("kind", "revenue"), ("reverses", None)),
                                    _connector="OR",
                                ),
                                name="a refund gives back revenue",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("due_on", None), ("recurring", None)),
                                    models.Q(("due_on__isnull", False), ("recurring__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a recurring line has the day that it was due",
                            ),
                            models.UniqueConstraint(
                                fields=("recurring", "due_on"), name="a recurring line is entered once per due day"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("reverses", None)),
                                fields=("allocation", "group"),
                                name="an allocation gives a group one part",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("goods_cost", None),
                                    models.Q(
                                        ("kind", "revenue"),
                                        models.Q(
                                            ("goods_cost__gte", 0),
                                            ("reverses__isnull", False),
                                            ("refunds__isnull", False),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="goods cost stands behind revenue, negative in a reversal",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                                name="a currency is a code of three letters",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MovedMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "move",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="members",
                                to="groups.layermove",
                            ),
                        ),
                        ("source_id", models.BigIntegerField()),
                        ("target_id", models.BigIntegerField()),
                        ("hash", models.BinaryField(max_length=16)),
                        ("stands", models.BooleanField(default=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("stands", True)),
                                fields=("source_id", "target_id", "hash"),
                                name="a member moves once between two groups",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeChoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notice_choices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("dying", "A group is dying, a case was opened"),
                                    ("relapse", "A group relapses after a case"),
                                    ("declining", "A group begins to decline"),
                                    ("waiting", "A case waits too long for triage"),
                                    ("approval", "Something waits for your decision"),
                                    ("step", "A step of a case is due"),
                                    ("condition", "A condition of a verdict is due"),
                                    ("ending", "A group ends in 30, 15 or 1 days"),
                                    ("import", "A file that you uploaded is read, done or refused"),
                                    ("weekly", "The weekly report is there"),
                                    ("night", "The nightly run is late"),
                                    ("robot", "A robot cannot deliver"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("inside", models.BooleanField()),
                        ("in_digest", models.BooleanField()),
                        ("by_mail", models.BooleanField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "kind"), name="a person chooses once per kind")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeMute",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notice_mutes",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group"
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "group"), name="a group is muted once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("claim", models.UUIDField(editable=False, null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("asked_at", models.DateTimeField(null=True)),
                        ("progress_done", models.PositiveIntegerField(default=0)),
                        ("progress_total", models.PositiveIntegerField(null=True)),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "shop",
                            models.CharField(
                                choices=[
                                    ("youzan", "Youzan"),
                                    ("weimob", "Weimob"),
                                    ("jd", "JD.com"),
                                    ("tmall", "Tmall or Taobao"),
                                    ("other", "Another shop system"),
                                ],
                                max_length=6,
                                verbose_name="Shop system",
                            ),
                        ),
                        ("file_name", models.CharField(max_length=200)),
                        ("content_hash", models.CharField(blank=True, max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("reading", "Reading the file"),
                                    ("columns", "Waiting for its columns"),
                                    ("looked_at", "Waiting for your confirmation"),
                                    ("writing", "Being imported"),
                                    ("done", "Imported"),
                                    ("dropped", "Dropped"),
                                    ("repeated", "Already imported"),
                                    ("refused", "Refused"),
                                ],
                                default="reading",
                                max_length=9,
                            ),
                        ),
                        ("sealed", models.BinaryField(null=True)),
                        ("headers", models.JSONField(default=list)),
                        ("mapping", models.JSONField(default=dict)),
                        ("rows", models.BinaryField(null=True)),
                        ("rows_refused", models.IntegerField(default=0)),
                        ("rows_skipped", models.IntegerField(default=0)),
                        ("refusals", models.JSONField(default=list)),
                        ("refusal_code", models.CharField(blank=True, max_length=40)),
                        ("refusal_figures", models.JSONField(default=dict)),
                        ("outcome", models.JSONField(default=dict)),
                        (
                            "repeats",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="groups.orderimport",
                            ),
                        ),
                        ("problem", models.CharField(blank=True, max_length=12)),
                        ("uploaded_at", models.DateTimeField()),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["reading", "writing"])),
                                fields=["id"],
                                name="orders_at_work",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "done")),
                                fields=("team", "shop", "content_hash"),
                                name="the same orders are imported once per team",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("rows__isnull", False), ("state__in", ["looked_at", "writing"])),
                                    models.Q(
                                        models.Q(("state__in", ["looked_at", "writing"]), _negated=True), ("rows", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="rows of a file are kept until it is decided",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["reading", "columns"]), ("sealed", None), _connector="OR"
                                ),
                                name="a file of orders is kept until it is read",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutboxMessage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=120, unique=True)),
                        ("kind", models.CharField(max_length=40)),
                        ("payload", models.JSONField(default=dict)),
                        ("available_at", models.DateTimeField()),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("sent_at", None)), fields=["available_at"], name="outbox_unsent"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Partner",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="partners", to="groups.team"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="Partner")),
                        (
                            "audience",
                            models.CharField(blank=True, max_length=200, verbose_name="Whom they want to reach"),
                        ),
                        ("archived_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("archived_at", None)),
                                fields=("team", "name"),
                                name="a live partner has one name in a team",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="a partner has a name"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PersonSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sessions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("session_key", models.CharField(max_length=40, unique=True)),
                        ("device", models.CharField(blank=True, max_length=300)),
                        ("address", models.GenericIPAddressField(null=True)),
                        ("began_at", models.DateTimeField()),
                        ("seen_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["user", "-seen_at"], name="sessions_of_a_person")],
                    },
                ),
                migrations.CreateModel(
                    name="RecurringLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recurring_lines",
                                to="groups.group",
                            ),
                        ),
                        ("kind", models.CharField(choices=[("revenue", "Revenue"), ("cost", "Cost")], max_length=7)),
                        (
                            "category",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="groups.costcategory",
                            ),
                        ),
                        (
                            "rhythm",
                            models.CharField(
                                choices=[("weekly", "Every week"), ("monthly", "Every month")],
                                max_length=7,
                                verbose_name="How often",
                            ),
                        ),
                        (
                            "measure",
                            models.CharField(
                                choices=[
                                    ("amount", "A fixed amount"),
                                    ("quantity", "A fixed quantity at a price"),
                                    ("members", "A price per member"),
                                ],
                                max_length=8,
                                verbose_name="How much",
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                        ("quantity", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                        ("unit_price", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                        ("starts_on", models.DateField(verbose_name="From")),
                        ("ends_on", models.DateField(null=True, verbose_name="Until")),
                        ("next_due_on", models.DateField(null=True)),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="Note")),
                        ("paused_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("token", models.UUIDField(editable=False, unique=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_due_on__isnull", False)),
                                fields=["next_due_on"],
                                name="recurring_due",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("category__isnull", False), ("kind", "cost")),
                                    models.Q(("category", None), ("kind", "revenue")),
                                    _connector="OR",
                                ),
                                name="a recurring cost has a category and revenue has none",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("amount__gte", 0),
                                        ("amount__lt", 1000000000000),
                                        ("measure", "amount"),
                                        ("quantity", None),
                                        ("unit_price", None),
                                    ),
                                    models.Q(
                                        ("amount", None),
                                        ("measure", "quantity"),
                                        ("quantity__gte", 0),
                                        ("quantity__lt", 10000000000),
                                    ),
                                    models.Q(("amount", None), ("measure", "members"), ("quantity", None)),
                                    _connector="OR",
                                ),
                                name="a recurring line says how much",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("unit_price", None),
                                    models.Q(("unit_price__gte", 0), ("unit_price__lt", 1000000000000)),
                                    _connector="OR",
                                ),
                                name="a recurring price is not negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="a recurring line ends after it starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegistryChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("claim", models.UUIDField(editable=False, null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("asked_at", models.DateTimeField(null=True)),
                        ("progress_done", models.PositiveIntegerField(default=0)),
                        ("progress_total", models.PositiveIntegerField(null=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("assign", "Owner assigned"),
                                    ("layer", "Layer changed"),
                                    ("add_tag", "Tag added"),
                                    ("remove_tag", "Tag removed"),
                                    ("import", "List imported"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("token", models.UUIDField(unique=True)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("stands", "Stands"), ("undoing", "Being undone"), ("undone", "Undone")],
                                default="stands",
                                max_length=7,
                            ),
                        ),
                        (
                            "undo_asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("gave_up", models.BooleanField(default=False)),
                        ("undone_at", models.DateTimeField(null=True)),
                        (
                            "undone_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("groups_back", models.PositiveIntegerField(null=True)),
                        ("groups_left", models.PositiveIntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "undoing")), fields=["id"], name="changes_being_undone"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("undone_at", None), ("undone_by", None)),
                                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="an undone change says by whom",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "undone"), ("undone_at__isnull", False)),
                                    models.Q(models.Q(("state", "undone"), _negated=True), ("undone_at", None)),
                                    _connector="OR",
                                ),
                                name="a change is undone since a moment or not at all",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "undoing"), _negated=True),
                                    ("undo_asked_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="a change that is being undone says who asked",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChangedGroup",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "change",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="groups",
                                to="groups.registrychange",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group"
                            ),
                        ),
                        ("made", models.BooleanField(default=False)),
                        ("before", models.JSONField(default=dict)),
                        ("version", models.PositiveIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("change", "group"), name="a change touches a group once"),
                            models.CheckConstraint(
                                condition=models.Q(("made", False), ("before", {}), _connector="OR"),
                                name="a group that was made had nothing before",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegistryImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("claim", models.UUIDField(editable=False, null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("asked_at", models.DateTimeField(null=True)),
                        ("progress_done", models.PositiveIntegerField(default=0)),
                        ("progress_total", models.PositiveIntegerField(null=True)),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("reading", "Reading the file"),
                                    ("columns", "Waiting for its columns"),
                                    ("judging", "Working out the preview"),
                                    ("ready", "Waiting for your confirmation"),
                                    ("writing", "Being imported"),
                                    ("done", "Imported"),
                                    ("refused", "Refused"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="reading",
                                max_length=9,
                            ),
                        ),
                        ("file_name", models.CharField(max_length=200)),
                        ("file_bytes", models.PositiveIntegerField()),
                        ("encoding", models.CharField(blank=True, max_length=10)),
                        ("platform", models.CharField(blank=True, max_length=10)),
                        ("headers", models.JSONField(default=list)),
                        ("mapping", models.JSONField(default=dict)),
                        ("remembered", models.BooleanField(default=False)),
                        ("rows_read", models.PositiveIntegerField(default=0)),
                        ("sealed", models.BinaryField(null=True)),
                        ("delete_after", models.DateField()),
                        ("uploaded_at", models.DateTimeField()),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("refusal_code", models.CharField(blank=True, max_length=40)),
                        ("refusal_figures", models.JSONField(default=dict)),
                        ("foreseen", models.JSONField(default=dict)),
                        ("fates_hash", models.CharField(blank=True, max_length=64)),
                        ("judged_at", models.DateTimeField(null=True)),
                        ("only_good", models.BooleanField(default=True)),
                        ("with_same_names", models.BooleanField(default=False)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("problem", models.CharField(blank=True, max_length=12)),
                        (
                            "change",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="import_of",
                                to="groups.registrychange",
                            ),
                        ),
                        ("rows_new", models.PositiveIntegerField(null=True)),
                        ("rows_changed", models.PositiveIntegerField(null=True)),
                        ("rows_same", models.PositiveIntegerField(null=True)),
                        ("rows_refused", models.PositiveIntegerField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("sealed__isnull", False)),
                                fields=["delete_after"],
                                name="lists_to_delete",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["reading", "judging", "writing"])),
                                fields=["id"],
                                name="lists_at_work",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    models.Q(
                                        ("rows_changed__isnull", False),
                                        ("rows_new__isnull", False),
                                        ("rows_refused__isnull", False),
                                        ("rows_same__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="a finished list says what became of its rows",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("finished_at__isnull", False), ("state__in", ["done", "refused", "cancelled"])
                                    ),
                                    models.Q(
                                        models.Q(("state__in", ["done", "refused", "cancelled"]), _negated=True),
                                        ("finished_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a list that is over says since when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "writing"), _negated=True),
                                    ("asked_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="a list that is written says who asked",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ListPage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "upload",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pages",
                                to="groups.registryimport",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("refused", "With errors"),
                                    ("changed", "Changed"),
                                    ("new", "New"),
                                    ("same_name", "Same name"),
                                    ("same", "Unchanged"),
                                    ("head", "First rows"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("sealed", models.BinaryField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("upload", "kind", "number"), name="a page of a list is there once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Robot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        (
                            "service",
                            models.CharField(
                                choices=[("wecom", "WeCom"), ("dingtalk", "DingTalk"), ("feishu", "Feishu")],
                                max_length=10,
                            ),
                        ),
                        ("sealed_address", models.BinaryField()),
                        ("address_end", models.CharField(max_length=4)),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="groups.team",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("zh-hans", "简体中文"), ("en", "English")], default="zh-hans", max_length=10
                            ),
                        ),
                        ("on_holidays", models.BooleanField(default=False)),
                        (
                            "weekly_on",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                null=True,
                            ),
                        ),
                        ("paused_at", models.DateTimeField(null=True)),
                        ("pause_reason", models.CharField(blank=True, max_length=40)),
                        ("failing_since", models.DateTimeField(null=True)),
                        ("delivered_at", models.DateTimeField(null=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("weekly_on", None), ("weekly_on__lte", 6), _connector="OR"),
                                name="a robot reports on a weekday",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=120, unique=True)),
                        (
                            "robot",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="groups.robot",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("subject", models.CharField(max_length=200)),
                        ("body", models.TextField()),
                        ("about", models.JSONField(default=list)),
                        (
                            "state",
                            models.CharField(
                                choices=[("todo", "Waiting"), ("sent", "Delivered"), ("failed", "Given up")],
                                default="todo",
                                max_length=6,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("next_at", models.DateTimeField()),
                        ("tried_at", models.DateTimeField(null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("made_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("problem", models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "todo")), fields=["next_at"], name="deliveries_to_do"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("robot", None), ("user", None), _connector="XOR"),
                                name="a message goes to a robot or a person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state", "sent"), ("sent_at", None), _connector="XOR"),
                                name="a delivered message says when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Team",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="Team")),
                        ("slug", models.SlugField(unique=True)),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="groups.team",
                            ),
                        ),
                        ("is_demo", models.BooleanField(default=False)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("parent", models.F("id")), _negated=True),
                                name="a team is not its own parent",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShopOrder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="groups.team",
                            ),
                        ),
                        (
                            "shop",
                            models.CharField(
                                choices=[
                                    ("youzan", "Youzan"),
                                    ("weimob", "Weimob"),
                                    ("jd", "JD.com"),
                                    ("tmall", "Tmall or Taobao"),
                                    ("other", "Another shop system"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("number", models.CharField(max_length=60, verbose_name="Order number")),
                        ("part", models.PositiveSmallIntegerField(default=0)),
                        ("paid_on", models.DateField(verbose_name="Paid on")),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="Amount")),
                        ("coupon", models.CharField(blank=True, max_length=120)),
                        ("distributor", models.CharField(blank=True, max_length=120)),
                        ("shop_point", models.CharField(blank=True, max_length=120)),
                        ("group_key", models.CharField(blank=True, max_length=120)),
                        ("buyer_key", models.CharField(blank=True, max_length=32)),
                        (
                            "group",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shop_orders",
                                to="groups.group",
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="groups.attributionrule",
                            ),
                        ),
                        (
                            "upload",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="groups.orderimport",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["group", "paid_on"], name="orders_of_a_group"),
                            models.Index(
                                condition=models.Q(("group", None)),
                                fields=["team", "paid_on"],
                                name="orders_of_no_group",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("team", "shop", "number", "part"),
                                name="an order number is used once per team and shop",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount__gte", 0), ("amount__lt", 1000000000000), ("part", 0)),
                                    models.Q(("amount__lt", 0), ("part__gt", 0)),
                                    _connector="OR",
                                ),
                                name="a sale is not negative, a refund is",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("group", None), ("rule", None)),
                                    models.Q(("group__isnull", False), ("rule__isnull", False)),
                                    _connector="OR",
                                ),
                                name="an attributed order names its rule",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SharedReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="groups.team",
                            ),
                        ),
                        ("week", models.DateField()),
                        ("contents", models.JSONField()),
                        ("link_digest", models.CharField(max_length=64, unique=True)),
                        ("password", models.CharField(blank=True, max_length=128)),
                        ("token", models.UUIDField(editable=False, unique=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["made_by", "-id"], name="reports_shared_by_a_person")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("made_at"))), name="a shared report ends"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("revoked_at", None), ("revoked_by__isnull", False), _connector="XOR"
                                ),
                                name="a revoked report says by whom",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RevenueModel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revenue_models",
                                to="groups.group",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("paid_access", "Paid access"),
                                    ("flash_sale", "Selling group · flash"),
                                    ("repurchase", "Selling group · repurchase"),
                                    ("new_customer", "Selling group · new customers"),
                                    ("sponsorship", "Sponsorship"),
                                    ("none", "Not commercial"),
                                ],
                                max_length=12,
                                verbose_name="Revenue model",
                            ),
                        ),
                        ("is_main", models.BooleanField(default=False)),
                        ("from_on", models.DateField(verbose_name="Holds from")),
                        ("until_on", models.DateField(blank=True, null=True, verbose_name="Until")),
                        ("inputs", models.JSONField(default=dict)),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="Why it changes")),
                        ("token", models.UUIDField(editable=False, null=True, unique=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["group", "-from_on"], name="models_of_a_group")],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("is_main", True), ("withdrawn_at", None)),
                                expressions=[
                                    (
                                        models.Func(
                                            models.F("group_id"),
                                            models.F("group_id"),
                                            models.Value("[]"),
                                            function="int8range",
                                            output_field=models.Field(),
                                        ),
                                        "&&",
                                    ),
                                    (
                                        models.Func(
                                            models.F("from_on"),
                                            models.F("until_on"),
                                            function="daterange",
                                            output_field=models.Field(),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="a group has one main model a day",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("withdrawn_at", None)),
                                expressions=[
                                    (
                                        models.Func(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("group_id"), "*", models.Value(8)
                                                ),
                                                "+",
                                                models.Case(
                                                    models.When(kind="paid_access", then=models.Value(0)),
                                                    models.When(kind="flash_sale", then=models.Value(1)),
                                                    models.When(kind="repurchase", then=models.Value(2)),
                                                    models.When(kind="new_customer", then=models.Value(3)),
                                                    models.When(kind="sponsorship", then=models.Value(4)),
                                                    models.When(kind="none", then=models.Value(5)),
                                                    default=models.Value(7),
                                                    output_field=models.IntegerField(),
                                                ),
                                            ),
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("group_id"), "*", models.Value(8)
                                                ),
                                                "+",
                                                models.Case(
                                                    models.When(kind="paid_access", then=models.Value(0)),
                                                    models.When(kind="flash_sale", then=models.Value(1)),
                                                    models.When(kind="repurchase", then=models.Value(2)),
                                                    models.When(kind="new_customer", then=models.Value(3)),
                                                    models.When(kind="sponsorship", then=models.Value(4)),
                                                    models.When(kind="none", then=models.Value(5)),
                                                    default=models.Value(7),
                                                    output_field=models.IntegerField(),
                                                ),
                                            ),
                                            models.Value("[]"),
                                            function="int8range",
                                            output_field=models.Field(),
                                        ),
                                        "&&",
                                    ),
                                    (
                                        models.Func(
                                            models.F("from_on"),
                                            models.F("until_on"),
                                            function="daterange",
                                            output_field=models.Field(),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="a model of a kind does not overlap itself",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until_on", None), ("until_on__gt", models.F("from_on")), _connector="OR"
                                ),
                                name="a model ends after it begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "paid_access",
                                            "flash_sale",
                                            "repurchase",
                                            "new_customer",
                                            "sponsorship",
                                            "none",
                                        ],
                                    )
                                ),
                                name="a model is of a known kind",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Plan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="plans", to="groups.group"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "monetization",
                            models.CharField(
                                choices=[
                                    ("paid_access", "Paid access"),
                                    ("flash_sale", "Selling group · flash"),
                                    ("repurchase", "Selling group · repurchase"),
                                    ("new_customer", "Selling group · new customers"),
                                    ("sponsorship", "Sponsorship"),
                                    ("none", "Not commercial"),
                                ],
                                max_length=12,
                                verbose_name="Monetization",
                            ),
                        ),
                        (
                            "activity_kind",
                            models.CharField(
                                choices=[
                                    ("conversation", "Conversation-active"),
                                    ("transaction", "Transaction-active"),
                                ],
                                max_length=12,
                                verbose_name="Activity",
                            ),
                        ),
                        (
                            "signal",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("speakers_7", "Share of members who said something of value in 7 days"),
                                    ("answered_24h", "Share of questions answered within 24 hours"),
                                    ("member_posts_7", "Posts by members in 7 days"),
                                    ("clickers_7", "Share of members who clicked in 7 days"),
                                    ("buyers_7", "Share of members who ordered in 7 days"),
                                    ("repurchase_30", "Repurchase rate in 30 days"),
                                ],
                                max_length=16,
                                verbose_name="Health signal",
                            ),
                        ),
                        (
                            "signal_target",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="Target (%)"
                            ),
                        ),
                        (
                            "goal_28",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="Goal of acts in 28 days"),
                        ),
                        (
                            "goal_people_28",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="Goal of different people in 28 days"
                            ),
                        ),
                        (
                            "lifespan",
                            models.CharField(
                                choices=[("flash", "Flash"), ("bounded", "Bounded"), ("lasting", "Lasting")],
                                max_length=8,
                                verbose_name="Lifespan",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="Starts on")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="Ends on")),
                        ("renewal_on", models.DateField(blank=True, null=True, verbose_name="Renewal on")),
                        ("mission", models.CharField(blank=True, max_length=240, verbose_name="Mission complete when")),
                        (
                            "weekly_hours",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="Weekly hours"
                            ),
                        ),
                        (
                            "max_posts_per_day",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="Official posts a day at most"
                            ),
                        ),
                        (
                            "placements_per_month",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="Sponsor placements a month at most"
                            ),
                        ),
                        (
                            "review_every_days",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Review every (days)"),
                        ),
                        ("at_risk_after_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("revive_for_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("dissolve_after_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                        (
                            "dissolution_approver",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "planned_revenue",
                            models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
                        ),
                        ("planned_cost", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                        ("planned_net", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                        (
                            "planned_conversion",
                            models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True),
                        ),
                        (
                            "promotion_percent",
                            models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True),
                        ),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("superseded_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at", None)),
                                fields=("group",),
                                name="a group has one current plan",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                                ),
                                name="a plan ends after it starts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("lifespan", "lasting"), ("ends_on__isnull", False), _connector="OR"
                                ),
                                name="a plan with an end has an end date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("promotion_percent", None), ("promotion_percent__range", (0, 100)), _connector="OR"
                                ),
                                name="a promotion is a share",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Placement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "partner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="placements",
                                to="groups.partner",
                                verbose_name="Partner",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="placements",
                                to="groups.group",
                                verbose_name="Group",
                            ),
                        ),
                        ("on", models.DateField(verbose_name="Date")),
                        (
                            "paid_by",
                            models.CharField(
                                choices=[("placement", "Per placement"), ("result", "Per result")],
                                max_length=9,
                                verbose_name="How it is paid",
                            ),
                        ),
                        ("price", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="Agreed price")),
                        ("results", models.PositiveIntegerField(blank=True, null=True, verbose_name="Results")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("done", "Done, not paid yet"),
                                    ("paid", "Paid"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="planned",
                                max_length=9,
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="Note")),
                        ("over_cap_reason", models.CharField(blank=True, max_length=200)),
                        (
                            "line",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="placement",
                                to="groups.ledgerline",
                            ),
                        ),
                        ("token", models.UUIDField(editable=False, unique=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["team", "on"], name="placements_of_a_month"),
                            models.Index(fields=["group", "on"], name="placements_of_a_group"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("price__gte", 0), ("price__lt", 1000000000000)),
                                name="the price of a placement is money",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("results", None), ("paid_by", "result"), _connector="OR"),
                                name="results count only where they are paid for",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["done", "paid"]), _negated=True),
                                    ("paid_by", "placement"),
                                    ("results__isnull", False),
                                    _connector="OR",
                                ),
                                name="what was paid per result has its results",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("line__isnull", False), ("state", "paid")),
                                    models.Q(("line", None), ("state__in", ["planned", "done"])),
                                    ("state", "cancelled"),
                                    _connector="OR",
                                ),
                                name="a paid placement stands in the ledger",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="groups.group",
                            ),
                        ),
                        ("on", models.DateField()),
                        (
                            "line",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="order_day",
                                to="groups.ledgerline",
                            ),
                        ),
                        ("orders", models.IntegerField()),
                        ("superseded_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at", None)),
                                fields=("group", "on"),
                                name="one line stands for the orders of a group and day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="groups.team",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="groups.group",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("dying", "A group is dying, a case was opened"),
                                    ("relapse", "A group relapses after a case"),
                                    ("declining", "A group begins to decline"),
                                    ("waiting", "A case waits too long for triage"),
                                    ("approval", "Something waits for your decision"),
                                    ("step", "A step of a case is due"),
                                    ("condition", "A condition of a verdict is due"),
                                    ("ending", "A group ends in 30, 15 or 1 days"),
                                    ("import", "A file that you uploaded is read, done or refused"),
                                    ("weekly", "The weekly report is there"),
                                    ("night", "The nightly run is late"),
                                    ("robot", "A robot cannot deliver"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("key", models.CharField(max_length=120)),
                        ("subject_id", models.BigIntegerField(null=True)),
                        ("facts", models.JSONField(default=dict)),
                        ("made_at", models.DateTimeField()),
                        ("inside", models.BooleanField(default=True)),
                        ("to_digest", models.BooleanField(default=False)),
                        ("to_mail", models.BooleanField(default=False)),
                        ("read_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("inside", True)), fields=["user", "-id"], name="notices_of_a_person"
                            ),
                            models.Index(
                                condition=models.Q(("inside", True), ("read_at", None)),
                                fields=["user"],
                                name="notices_unread",
                            ),
                            models.Index(
                                condition=models.Q(("to_digest", True), ("to_mail", True), _connector="OR"),
                                fields=["user"],
                                name="notices_to_send",
                            ),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("user", "key"), name="a person is told once")],
                    },
                ),
                migrations.CreateModel(
                    name="MonthTurn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        ("month", models.DateField()),
                        ("turn", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(choices=[("closed", "Closed"), ("reopened", "Reopened")], max_length=8),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("net", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                        ("lines", models.PositiveIntegerField(null=True)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("team", "month", "turn"), name="a month takes one turn after the other"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)), name="a month is named by its first day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind", "closed"),
                                        django.db.models.lookups.Exact(
                                            django.db.models.functions.math.Mod("turn", 2), 1
                                        ),
                                    ),
                                    models.Q(
                                        ("kind", "reopened"),
                                        ("turn__gte", 2),
                                        django.db.models.lookups.Exact(
                                            django.db.models.functions.math.Mod("turn", 2), 0
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="a month is closed, then reopened, then closed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "closed"), models.Q(("reason", ""), _negated=True), _connector="OR"
                                ),
                                name="a month is reopened for a reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MoneyMonth",
                    fields=[
                        ("month", models.DateField()),
                        ("revenue", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("goods_cost", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("revenue_without_goods_cost", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("acquisition", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("labour", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("operations", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("hours", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("lines", models.IntegerField()),
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "group_id", "month", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="groups.group",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="groups.team",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["month", "team"], name="money_of_a_month")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)), name="a month of money begins on its first day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MissedDue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "recurring",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="missed",
                                to="groups.recurringline",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        ("due_on", models.DateField()),
                        (
                            "why",
                            models.CharField(
                                choices=[
                                    ("members_unknown", "Members unknown on that day"),
                                    ("price_unknown", "No price on that day"),
                                    ("category_disabled", "The category is disabled"),
                                    ("month_closed", "The month is closed"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("noticed_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("recurring", "due_on"), name="a due day is missed once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="groups.team",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(choices=[("operator", "Operator"), ("manager", "Manager")], max_length=10),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "team"), name="a user has one role in a team")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invitations",
                                to="groups.team",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(choices=[("operator", "Operator"), ("manager", "Manager")], max_length=10),
                        ),
                        ("name", models.CharField(blank=True, max_length=60)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("link_digest", models.CharField(max_length=64)),
                        ("token", models.UUIDField(unique=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                        (
                            "used_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("used_at", None), ("revoked_at", None), _connector="OR"),
                                name="an invitation is used or revoked, not both",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("used_by", None), ("used_at__isnull", False), _connector="OR"),
                                name="who used an invitation did so at a time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("revoked_by", None), ("revoked_at__isnull", False), _connector="OR"
                                ),
                                name="who revoked an invitation did so at a time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("made_at"))),
                                name="an invitation expires after it was made",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("link_digest__regex", "^[0-9a-f]{64}$")),
                                name="an invitation keeps a digest of 64 digits",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Handover",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="handovers", to="groups.group"
                            ),
                        ),
                        (
                            "from_owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "to_owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("done_on_platform_at", models.DateTimeField(null=True)),
                        (
                            "done_on_platform_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["group", "-at"], name="handovers_of_a_group"),
                            models.Index(fields=["from_owner", "-at"], name="handovers_of_an_owner"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("from_owner", models.F("to_owner")), _negated=True),
                                name="a group is handed over to somebody else",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("done_on_platform_at", None),
                                    ("done_on_platform_by__isnull", False),
                                    _connector="XOR",
                                ),
                                name="a hand-over done on the platform was confirmed by somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroupNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="remarks", to="groups.group"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        ("text", models.TextField(verbose_name="Note")),
                        ("token", models.UUIDField(editable=False, unique=True)),
                        ("written_at", models.DateTimeField()),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["group", "-id"], name="notes_of_a_group")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="a note says something"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExistingBuyers",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="existing_buyers",
                                to="groups.group",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        ("from_month", models.DateField(verbose_name="From month")),
                        (
                            "percent",
                            models.DecimalField(decimal_places=2, max_digits=5, verbose_name="Share of revenue (%)"),
                        ),
                        ("basis", models.CharField(max_length=240, verbose_name="How it was found")),
                        ("token", models.UUIDField(editable=False, unique=True)),
                        ("entered_at", models.DateTimeField()),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["group", "from_month"], name="existing_buyers_of_a_group")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("percent__range", (0, 100))),
                                name="a share of existing buyers lies within 0 and 100",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("basis", ""), _negated=True),
                                name="a share of existing buyers says its basis",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("from_month__day", 1)),
                                name="a share of existing buyers begins with a month",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ColumnPreset",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.team"
                            ),
                        ),
                        ("what", models.CharField(max_length=6)),
                        ("headers_hash", models.CharField(max_length=64)),
                        ("mapping", models.JSONField()),
                        ("kept_at", models.DateTimeField()),
                        (
                            "kept_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("team", "what", "headers_hash"),
                                name="a team matches the same headers in one way",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TeamMoneyMonth",
                    fields=[
                        ("month", models.DateField()),
                        ("revenue", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("goods_cost", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("revenue_without_goods_cost", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("acquisition", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("labour", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("operations", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("hours", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("lines", models.IntegerField()),
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "team_id", "month", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="groups.team",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)), name="a month of a team begins on its first day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WeeklyCapacity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="weekly_capacities",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("hours", models.DecimalField(decimal_places=1, max_digits=5)),
                        ("from_on", models.DateField()),
                        ("set_at", models.DateTimeField()),
                        (
                            "set_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "from_on"), name="weekly hours take over once on a day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("hours__range", (0, 168))),
                                name="dated weekly hours lie within a week",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkedHours",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="worked_hours",
                                to="groups.group",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="worked_hours",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("on", models.DateField(verbose_name="Date")),
                        ("hours", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="Hours")),
                        (
                            "line",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="worked",
                                to="groups.ledgerline",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["person", "on"], name="hours_of_a_person")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("hours__gt", 0), ("hours__lte", 24)),
                                name="hours of a day lie within the day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportDay",
                    fields=[
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="report_day",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                default=0,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("weekday__lte", 6)), name="a report comes on a weekday"
                            )
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(AUDIT_STAYS, WITHOUT_AUDIT_STAYS),
        migrations.RunSQL(HANDOVERS_STAY, WITHOUT_HANDOVERS_STAY),
        migrations.RunSQL(NOTES_STAY, WITHOUT_NOTES_STAY),
        migrations.RunSQL(RULES_OF_THE_LEDGER, WITHOUT_RULES_OF_THE_LEDGER),
        migrations.RunSQL(MONEY_MONTHS, WITHOUT_MONEY_MONTHS),
    ]
