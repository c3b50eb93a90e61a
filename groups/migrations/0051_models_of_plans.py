from django.conf import settings
from django.db import migrations

# A model for every stretch of plans of one kind: the first from the day that the group opened on, the others from the
# business day of the amendment. Two amendments on one day leave the later one.
FROM_PLANS = """
    WITH said AS (
        SELECT p.*, g.opened_on,
            lag(p.monetization) OVER told AS kind_before,
            CASE WHEN row_number() OVER told = 1 THEN g.opened_on
                 ELSE GREATEST((p.made_at AT TIME ZONE %(zone)s)::date, g.opened_on) END AS from_on
        FROM groups_plan p JOIN groups_group g ON g.id = p.group_id
        WINDOW told AS (PARTITION BY p.group_id ORDER BY p.id)
    ), changes AS (
        SELECT DISTINCT ON (group_id, from_on) * FROM said
        WHERE kind_before IS DISTINCT FROM monetization
        ORDER BY group_id, from_on, id DESC
    )
    INSERT INTO groups_revenuemodel
        (team_id, group_id, kind, is_main, from_on, until_on, inputs, reason, made_at, made_by_id)
    SELECT team_id, group_id, monetization, true, from_on,
        lead(from_on) OVER (PARTITION BY group_id ORDER BY from_on),
        CASE WHEN monetization = 'sponsorship' AND placements_per_month BETWEEN 0 AND 31
             THEN jsonb_build_object('cap', placements_per_month) ELSE '{}' END,
        '', made_at, made_by_id
    FROM changes
"""


def begin_models(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FROM_PLANS, {"zone": settings.TIME_ZONE})


def forget_models(apps, schema_editor):
    apps.get_model("groups", "RevenueModel").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("groups", "0050_revenue_models")]
    operations = [migrations.RunPython(begin_models, forget_models)]
