from django.db import migrations

# The price that stood holds for every day: until now a price had no days.
INTO = """
INSERT INTO groups_categoryprice (category_id, price, valid, set_at)
SELECT id, default_price, daterange(NULL, NULL), now() FROM groups_costcategory WHERE default_price IS NOT NULL
"""
BACK = """
UPDATE groups_costcategory c SET default_price = p.price FROM groups_categoryprice p
WHERE p.category_id = c.id AND p.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date;
DELETE FROM groups_categoryprice;
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0030_money_with_dates")]
    operations = [migrations.RunSQL(INTO, BACK)]
