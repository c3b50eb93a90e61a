"""Partitions are made by the owner of the tables, so that who works with them need not own them (manage.py roles)."""

from django.db import migrations

MAKE = """
CREATE FUNCTION make_month(parent text, name text, first date, after date) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF parent NOT IN ('lifecycle_daily', 'lifecycle_acting', 'lifecycle_health')
        OR name <> parent || to_char(first, '_YYYYMM') OR after <> first + interval '1 month' THEN
        RAISE EXCEPTION 'there is no such month';
    END IF;
    -- Made beside its parent and then attached, which does not block readers or writers of the parent.
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name, first, after);
END $$;
"""
DROP = "DROP FUNCTION make_month(text, text, date, date);"


class Migration(migrations.Migration):
    dependencies = [("groups", "0195_audit_seals")]

    operations = [migrations.RunSQL(MAKE, DROP)]
