import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

MAKE = """
CREATE FUNCTION refuse_change_of_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a review is append-only';
END $$;
CREATE TRIGGER reviews_stay BEFORE UPDATE ON assessments_review
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_reviews();
"""
DROP = """
DROP TRIGGER reviews_stay ON assessments_review;
DROP FUNCTION refuse_change_of_reviews();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0002_append_only_verdicts"),
        ("groups", "0003_ledger_constraints_and_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField()),
                ("held_on", models.DateField()),
                ("figures", models.JSONField()),
                (
                    "serves",
                    models.CharField(choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")], max_length=6),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[("keep", "Keep as it is"), ("adjust", "Adjust"), ("end", "End the group")],
                        max_length=6,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=400)),
                ("token", models.UUIDField(editable=False, unique=True)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="groups.group"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["group", "-held_on"], name="reviews_of_a_group")],
                "constraints": [
                    models.UniqueConstraint(fields=("group", "due_on"), name="a review that fell due is held once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "keep"), ("serves", "yes")),
                            django.db.models.lookups.GreaterThanOrEqual(
                                django.db.models.functions.text.Length("note"), 6
                            ),
                            _connector="OR",
                        ),
                        name="a review that changes something says why",
                    ),
                ],
            },
        ),
        migrations.RunSQL(MAKE, DROP),
    ]
