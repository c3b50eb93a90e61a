import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

MAKE = """
CREATE FUNCTION refuse_change_of_rule_sets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a rule set is append-only';
END $$;
CREATE TRIGGER rule_sets_stay BEFORE UPDATE ON assessments_ruleset
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_rule_sets();
"""
DROP = """
DROP TRIGGER rule_sets_stay ON assessments_ruleset;
DROP FUNCTION refuse_change_of_rule_sets();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0011_experience_and_scores"),
        ("groups", "0003_ledger_constraints_and_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleSet",
            fields=[
                ("version", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("thresholds", models.JSONField()),
                ("note", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 2)), name="a rule set comes after the first"
                    ),
                    models.CheckConstraint(condition=models.Q(("note", ""), _negated=True), name="a rule set says why"),
                ],
            },
        ),
        migrations.RunSQL(MAKE, DROP),
    ]
