import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

MAKE = """
CREATE FUNCTION refuse_change_of_scores() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a score is append-only';
END $$;
CREATE TRIGGER scores_stay BEFORE UPDATE ON assessments_score
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_scores();
"""
DROP = """
DROP TRIGGER scores_stay ON assessments_score;
DROP FUNCTION refuse_change_of_scores();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0010_reviews"),
        ("groups", "0003_ledger_constraints_and_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Experience",
            fields=[
                (
                    "group",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="experience",
                        serialize=False,
                        to="groups.group",
                    ),
                ),
                ("monetization", models.CharField(max_length=12)),
                ("layer", models.CharField(max_length=6)),
                ("as_of", models.DateField()),
                ("conversion", models.DecimalField(decimal_places=4, max_digits=7, null=True)),
                ("weekly_hours", models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ("cost_per_join", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("life_days", models.PositiveIntegerField()),
                ("has_ended", models.BooleanField()),
                (
                    "team",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["team", "monetization", "layer"], name="experience_of_a_kind")],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "moment",
                    models.CharField(choices=[("day_90", "After 90 days"), ("end", "At the end")], max_length=6),
                ),
                ("scored_on", models.DateField()),
                ("groups", models.PositiveSmallIntegerField()),
                ("predicted", models.JSONField()),
                ("actual", models.JSONField()),
                ("chance", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ("earned", models.BooleanField(null=True)),
                ("made_at", models.DateTimeField()),
                (
                    "team",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"),
                ),
                (
                    "verdict",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="assessments.verdict"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("verdict", "moment"), name="a verdict is scored once at each moment"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("chance", None), ("chance__range", (0, 1)), _connector="OR"),
                        name="a chance lies between zero and one",
                    ),
                ],
            },
        ),
        migrations.RunSQL(MAKE, DROP),
    ]
