"""All tables of this app at once, as 0001 to 0013 leave them. What is older than 0013 goes on by those files."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from groups.making_tables import CreateModels

VERDICTS_STAY = """
CREATE FUNCTION refuse_change_of_verdicts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a verdict is append-only';
END $$;
CREATE TRIGGER verdicts_stay BEFORE UPDATE ON assessments_verdict
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_verdicts();
"""
WITHOUT_VERDICTS_STAY = """
DROP TRIGGER verdicts_stay ON assessments_verdict;
DROP FUNCTION refuse_change_of_verdicts();
"""

REVIEWS_STAY = """
CREATE FUNCTION refuse_change_of_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a review is append-only';
END $$;
CREATE TRIGGER reviews_stay BEFORE UPDATE ON assessments_review
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_reviews();
"""
WITHOUT_REVIEWS_STAY = """
DROP TRIGGER reviews_stay ON assessments_review;
DROP FUNCTION refuse_change_of_reviews();
"""

SCORES_STAY = """
CREATE FUNCTION refuse_change_of_scores() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a score is append-only';
END $$;
CREATE TRIGGER scores_stay BEFORE UPDATE ON assessments_score
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_scores();
"""
WITHOUT_SCORES_STAY = """
DROP TRIGGER scores_stay ON assessments_score;
DROP FUNCTION refuse_change_of_scores();
"""

RULE_SETS_STAY = """
CREATE FUNCTION refuse_change_of_rule_sets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a rule set is append-only';
END $$;
CREATE TRIGGER rule_sets_stay BEFORE UPDATE ON assessments_ruleset
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_rule_sets();
"""
WITHOUT_RULE_SETS_STAY = """
DROP TRIGGER rule_sets_stay ON assessments_ruleset;
DROP FUNCTION refuse_change_of_rule_sets();
"""


class Migration(migrations.Migration):
    replaces = [
        ("assessments", "0001_start"),
        ("assessments", "0002_append_only_verdicts"),
        ("assessments", "0010_reviews"),
        ("assessments", "0011_experience_and_scores"),
        ("assessments", "0012_rule_sets"),
        ("assessments", "0013_shape_of_an_assessment"),
    ]

    initial = True

    dependencies = [
        ("groups", "0001_start_squashed_0145_weekly_report"),
        ("groups", "__first__"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="AnswerPage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "assessment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pages",
                                to="assessments.assessment",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        ("section", models.SlugField(max_length=20)),
                        ("page", models.SlugField(max_length=20)),
                        ("answers", models.JSONField(default=dict)),
                        ("typed", models.JSONField(default=dict)),
                        ("is_valid", models.BooleanField(default=False)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("saved_at", models.DateTimeField()),
                        (
                            "saved_by",
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
                                fields=("assessment", "section", "page"), name="a page is answered once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("version__gte", 1)), name="an answer page is versioned from one"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assessment",
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
                                related_name="assessments",
                                to="groups.team",
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=40, verbose_name="Group name")),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "Draft"), ("decided", "Decided")], default="draft", max_length=7
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("shape", models.CharField(blank=True, max_length=20)),
                        (
                            "copied_from",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="copies",
                                to="assessments.assessment",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assessments",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("changed_at", models.DateTimeField()),
                        (
                            "collaborators",
                            models.ManyToManyField(
                                blank=True, related_name="shared_assessments", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["team", "-changed_at", "id"], name="assessments_of_a_team")],
                    },
                ),
                migrations.CreateModel(
                    name="Condition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "verdict",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="conditions",
                                to="assessments.verdict",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        ("place", models.PositiveSmallIntegerField()),
                        ("code", models.CharField(max_length=3)),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="conditions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="Due")),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Not started"), ("doing", "In progress"), ("done", "Done")],
                                default="open",
                                max_length=5,
                                verbose_name="State",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="Note")),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["place"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "done"), _negated=True),
                                fields=["owner", "due_on"],
                                name="open_conditions_of_a_person",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("verdict", "code"), name="a verdict sets each condition once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at__isnull", False), ("done_by__isnull", False), ("state", "done")),
                                    models.Q(
                                        models.Q(("state", "done"), _negated=True), ("done_at", None), ("done_by", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="a condition that is done says when and by whom",
                            ),
                        ],
                    },
                ),
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
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
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
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["team", "monetization", "layer"], name="experience_of_a_kind")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Review",
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
                                on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="groups.group"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        ("due_on", models.DateField()),
                        ("held_on", models.DateField()),
                        ("figures", models.JSONField()),
                        (
                            "serves",
                            models.CharField(
                                choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")], max_length=6
                            ),
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["group", "-held_on"], name="reviews_of_a_group")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("group", "due_on"), name="a review that fell due is held once"
                            ),
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("version__gte", 2)), name="a rule set comes after the first"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("note", ""), _negated=True), name="a rule set says why"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Verdict",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "assessment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="verdicts",
                                to="assessments.assessment",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        ("token", models.UUIDField(editable=False, unique=True)),
                        ("rule_version", models.PositiveSmallIntegerField()),
                        ("thresholds", models.JSONField()),
                        ("answers", models.JSONField()),
                        (
                            "outcome",
                            models.CharField(
                                choices=[("go", "Go"), ("conditional", "Conditional"), ("not_now", "Not now")],
                                max_length=11,
                            ),
                        ),
                        ("checks", models.JSONField()),
                        ("findings", models.JSONField()),
                        ("figures", models.JSONField()),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["assessment", "-id"], name="verdicts_of_an_assessment")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("outcome__in", ["go", "conditional", "not_now"])),
                                name="a verdict is go, conditional or not now",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Score",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "verdict",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scores",
                                to="assessments.verdict",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        (
                            "moment",
                            models.CharField(
                                choices=[("day_90", "After 90 days"), ("end", "At the end")], max_length=6
                            ),
                        ),
                        ("scored_on", models.DateField()),
                        ("groups", models.PositiveSmallIntegerField()),
                        ("predicted", models.JSONField()),
                        ("actual", models.JSONField()),
                        ("chance", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                        ("earned", models.BooleanField(null=True)),
                        ("made_at", models.DateTimeField()),
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
                migrations.CreateModel(
                    name="Registration",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "verdict",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="registrations",
                                to="assessments.verdict",
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="registration",
                                to="groups.group",
                            ),
                        ),
                        ("token", models.UUIDField(editable=False, unique=True)),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["verdict", "id"], name="groups_of_a_verdict")],
                    },
                ),
                migrations.CreateModel(
                    name="Override",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "verdict",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="overrides",
                                to="assessments.verdict",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                            ),
                        ),
                        ("reason", models.TextField(verbose_name="Reason")),
                        ("asked_at", models.DateTimeField()),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("granted", models.BooleanField(null=True)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
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
                                condition=django.db.models.lookups.GreaterThanOrEqual(
                                    django.db.models.functions.text.Length("reason"), 20
                                ),
                                name="an exception has a reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("decided_by", None), ("granted", None)),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        ("granted__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="a decided exception says when and by whom",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("granted", None), ("granted", True), _connector="OR"),
                                fields=("verdict",),
                                name="a verdict has one exception asked for or granted",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(VERDICTS_STAY, WITHOUT_VERDICTS_STAY),
        migrations.RunSQL(REVIEWS_STAY, WITHOUT_REVIEWS_STAY),
        migrations.RunSQL(SCORES_STAY, WITHOUT_SCORES_STAY),
        migrations.RunSQL(RULE_SETS_STAY, WITHOUT_RULE_SETS_STAY),
    ]
