"""The months of money, and the triggers that keep them in step with the ledger."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SUMS = """
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue') AS revenue,
    sum(sign * l.goods_cost) AS goods_cost,
    sum(sign * l.amount) FILTER (WHERE l.kind = 'revenue' AND l.goods_cost IS NULL) AS revenue_without_goods_cost,
    sum(sign * l.amount) FILTER (WHERE c.root = 'acquisition') AS acquisition,
    sum(sign * l.amount) FILTER (WHERE c.root = 'labour') AS labour,
    sum(sign * l.amount) FILTER (WHERE c.root = 'operations') AS operations,
    sum(sign * l.quantity) FILTER (WHERE c.root = 'labour' AND c.priced_by = 'hour') AS hours,
    sum(sign)::integer AS lines
"""
NAMES = (
    "revenue", "goods_cost", "revenue_without_goods_cost", "acquisition", "labour", "operations", "hours", "lines",
)  # fmt: skip
# One statement for all lines of a statement, its keys in one order: two writers lock rows in the same order.
# Teams first: who holds the row of a group already has that of its team.
ADD_TO_TEAMS = f"""
    INSERT INTO groups_teammoneymonth AS m (team_id, month, {", ".join(NAMES)})
    SELECT team_id, month, {", ".join(f"COALESCE({name}, 0)" for name in NAMES)}
    FROM (
        SELECT l.team_id, date_trunc('month', l.on)::date AS month, {SUMS}
        FROM (%s) l LEFT JOIN groups_costcategory c ON c.id = l.category_id
        GROUP BY 1, 2
    ) changed
    ORDER BY team_id, month
    ON CONFLICT (team_id, month) DO UPDATE SET {", ".join(f"{name} = m.{name} + EXCLUDED.{name}" for name in NAMES)}
"""  # noqa: S608 - names of ours
ADD_TO_GROUPS = f"""
    INSERT INTO groups_moneymonth AS m (group_id, month, team_id, {", ".join(NAMES)})
    SELECT group_id, month, team_id, {", ".join(f"COALESCE({name}, 0)" for name in NAMES)}
    FROM (
        SELECT l.group_id, date_trunc('month', l.on)::date AS month, min(l.team_id) AS team_id, {SUMS}
        FROM (%s) l LEFT JOIN groups_costcategory c ON c.id = l.category_id
        GROUP BY 1, 2
    ) changed
    ORDER BY group_id, month
    ON CONFLICT (group_id, month) DO UPDATE SET {", ".join(f"{name} = m.{name} + EXCLUDED.{name}" for name in NAMES)}
"""  # noqa: S608


def add(lines: str) -> str:
    """Both statements for the lines of a query; a query names its sign 1 or -1."""
    return f"{ADD_TO_TEAMS % lines};{ADD_TO_GROUPS % lines}"


NEW, OLD = "SELECT 1 AS sign, * FROM lines_now", "SELECT -1 AS sign, * FROM lines_before"
FORGET = """
    DELETE FROM groups_teammoneymonth m USING lines_before l WHERE m.lines = 0 AND m.team_id = l.team_id;
    DELETE FROM groups_moneymonth m USING lines_before l WHERE m.lines = 0 AND m.group_id = l.group_id
"""
MAKE = f"""
CREATE FUNCTION keep_money_months() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {add(NEW)};
    ELSIF TG_OP = 'UPDATE' THEN
        {add(f"{OLD} UNION ALL {NEW}")};
        {FORGET};
    ELSIF TG_OP = 'DELETE' THEN
        {add(OLD)};
        {FORGET};
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
{add("SELECT 1 AS sign, * FROM groups_ledgerline")};
"""  # noqa: S608 - names of ours
DROP = """
DROP TRIGGER money_months_end ON groups_ledgerline;
DROP TRIGGER money_months_lose ON groups_ledgerline;
DROP TRIGGER money_months_change ON groups_ledgerline;
DROP TRIGGER money_months_gain ON groups_ledgerline;
DROP FUNCTION keep_money_months();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0033_rules_of_the_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExistingBuyers",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_month", models.DateField(verbose_name="From month")),
                ("percent", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="Share of revenue (%)")),
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
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="existing_buyers", to="groups.group"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"),
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
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.group"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
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
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
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
        migrations.RunSQL(MAKE, DROP),
    ]
