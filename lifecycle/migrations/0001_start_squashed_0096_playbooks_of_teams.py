"""All tables of this app at once, as 0001 to 0096 leave them. What is older than 0096 goes on by those files."""

import django.contrib.postgres.fields
import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lifecycle.models.evidence
from groups.making_tables import CreateModels

PARTITIONED_TABLES = """
CREATE TABLE lifecycle_daily (
    group_id integer NOT NULL, day date NOT NULL, known smallint NOT NULL,
    members integer NOT NULL DEFAULT 0, joins integer NOT NULL DEFAULT 0, leaves integer NOT NULL DEFAULT 0,
    messages integer NOT NULL DEFAULT 0, speakers integer NOT NULL DEFAULT 0, clicks integer NOT NULL DEFAULT 0,
    orders integer NOT NULL DEFAULT 0, buyers integer NOT NULL DEFAULT 0, ads integer NOT NULL DEFAULT 0,
    revenue_cents bigint NOT NULL DEFAULT 0, batch_id integer NOT NULL DEFAULT 0,
    PRIMARY KEY (group_id, day),
    CONSTRAINT "counts are not negative" CHECK (
        LEAST(members, joins, leaves, messages, speakers, clicks, orders, buyers, ads) >= 0),
    CONSTRAINT "an unknown count holds zero" CHECK (
        (known & 1 <> 0 OR members = 0) AND (known & 2 <> 0 OR joins = 0) AND (known & 4 <> 0 OR leaves = 0)
        AND (known & 8 <> 0 OR messages = 0) AND (known & 16 <> 0 OR speakers = 0) AND (known & 32 <> 0 OR clicks = 0)
        AND (known & 64 <> 0 OR orders = 0) AND (known & 128 <> 0 OR buyers = 0) AND (known & 256 <> 0 OR ads = 0)
        AND (known & 512 <> 0 OR revenue_cents = 0))
) PARTITION BY RANGE (day);
CREATE INDEX lifecycle_daily_day ON lifecycle_daily USING brin (day) WITH (pages_per_range = 32);
CREATE TABLE lifecycle_acting (
    group_id integer NOT NULL, day date NOT NULL, members integer[] NOT NULL, acts integer[] NOT NULL,
    PRIMARY KEY (group_id, day),
    CONSTRAINT "each acting member has a count" CHECK (cardinality(members) = cardinality(acts))
) PARTITION BY RANGE (day);
CREATE TABLE lifecycle_health (
    group_id integer NOT NULL, day date NOT NULL, state smallint NOT NULL, score smallint NOT NULL,
    coverage smallint NOT NULL, loss_rhythm smallint NOT NULL, loss_level smallint NOT NULL,
    loss_breadth smallint NOT NULL, loss_regularity smallint NOT NULL, loss_core smallint NOT NULL,
    rule_version smallint NOT NULL, loss_cap smallint NOT NULL DEFAULT 0,
    acts_7 integer NOT NULL DEFAULT -1, members integer NOT NULL DEFAULT -1,
    PRIMARY KEY (group_id, day),
    CONSTRAINT "a score lies between 0 and 100" CHECK (score BETWEEN -1 AND 10000),
    CONSTRAINT "losses and score sum to 100" CHECK (
        score = -1 OR score + loss_cap + GREATEST(loss_rhythm, 0::smallint) + GREATEST(loss_level, 0::smallint)
        + GREATEST(loss_breadth, 0::smallint) + GREATEST(loss_regularity, 0::smallint)
        + GREATEST(loss_core, 0::smallint) = 10000)
) PARTITION BY RANGE (day);
CREATE INDEX lifecycle_health_day ON lifecycle_health USING brin (day) WITH (pages_per_range = 32);
"""
WITHOUT_PARTITIONED_TABLES = """
DROP TABLE lifecycle_health; DROP TABLE lifecycle_acting; DROP TABLE lifecycle_daily;
"""

# The bytes do not compress; standings are written anew every night.
STORAGE = """
ALTER TABLE lifecycle_keptpack
    ALTER groups SET STORAGE EXTERNAL, ALTER memory SET STORAGE EXTERNAL, ALTER links SET STORAGE EXTERNAL,
    ALTER days SET STORAGE EXTERNAL, ALTER weeks SET STORAGE EXTERNAL, ALTER acted SET STORAGE EXTERNAL;
ALTER TABLE lifecycle_standing ALTER evidence SET STORAGE EXTERNAL;
ALTER TABLE lifecycle_standing SET (fillfactor = 60);
"""

STAYS_STAY = """
CREATE FUNCTION refuse_change_of_a_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.left_at IS NOT NULL OR (NEW.chat_id, NEW.hash, NEW.joined_at) IS DISTINCT FROM
        (OLD.chat_id, OLD.hash, OLD.joined_at)
    THEN RAISE EXCEPTION 'the end of a stay is set once, and nothing else of it is changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER wecom_stays_stay BEFORE UPDATE ON lifecycle_wecomstay
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_a_stay();
"""
WITHOUT_STAYS_STAY = """
DROP TRIGGER wecom_stays_stay ON lifecycle_wecomstay;
DROP FUNCTION refuse_change_of_a_stay();
"""

POLICIES_STAY = """
CREATE FUNCTION refuse_change_of_policies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a policy is append-only';
END $$;
CREATE TRIGGER policies_stay BEFORE UPDATE OF number, from_day, thresholds, reason, made_at
    ON lifecycle_policyversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_policies();
"""
WITHOUT_POLICIES_STAY = """
DROP TRIGGER policies_stay ON lifecycle_policyversion;
DROP FUNCTION refuse_change_of_policies();
"""


class Migration(migrations.Migration):
    replaces = [
        ("lifecycle", "0001_start"),
        ("lifecycle", "0002_partitioned_tables"),
        ("lifecycle", "0003_case_plans"),
        ("lifecycle", "0004_stale_days_and_ticks"),
        ("lifecycle", "0005_coverage_of_counts"),
        ("lifecycle", "0006_loss_by_cap"),
        ("lifecycle", "0007_acts_and_members_of_a_reading"),
        ("lifecycle", "0010_kept_days"),
        ("lifecycle", "0011_packed_evidence"),
        ("lifecycle", "0022_import_flow"),
        ("lifecycle", "0023_words_of_sources"),
        ("lifecycle", "0030_wecom"),
        ("lifecycle", "0031_wecom_stays_stay"),
        ("lifecycle", "0035_member_events"),
        ("lifecycle", "0036_outages_of_sources"),
        ("lifecycle", "0040_kept_packs"),
        ("lifecycle", "0041_standing_without_team_index"),
        ("lifecycle", "0060_a_group_carried_by_one"),
        ("lifecycle", "0065_ends_of_groups"),
        ("lifecycle", "0070_clocks_of_cases"),
        ("lifecycle", "0071_treatments"),
        ("lifecycle", "0072_texts_of_steps"),
        ("lifecycle", "0080_columns_are_remembered_in_groups"),
        ("lifecycle", "0085_nothing_offered"),
        ("lifecycle", "0086_ways_into_states"),
        ("lifecycle", "0090_policies"),
        ("lifecycle", "0091_standings_that_are_over"),
        ("lifecycle", "0095_people_who_move"),
        ("lifecycle", "0096_playbooks_of_teams"),
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
                    name="ActingMembers",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "group_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("group_id", models.IntegerField()),
                        ("day", models.DateField()),
                        ("members", models.JSONField()),
                        ("acts", models.JSONField()),
                    ],
                    options={
                        "db_table": "lifecycle_acting",
                        "managed": False,
                    },
                ),
                migrations.CreateModel(
                    name="DailyActivity",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "group_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("group_id", models.IntegerField()),
                        ("day", models.DateField()),
                        ("known", models.SmallIntegerField()),
                        ("members", models.IntegerField(default=0)),
                        ("joins", models.IntegerField(default=0)),
                        ("leaves", models.IntegerField(default=0)),
                        ("messages", models.IntegerField(default=0)),
                        ("speakers", models.IntegerField(default=0)),
                        ("clicks", models.IntegerField(default=0)),
                        ("orders", models.IntegerField(default=0)),
                        ("buyers", models.IntegerField(default=0)),
                        ("ads", models.IntegerField(default=0)),
                        ("revenue_cents", models.BigIntegerField(default=0)),
                        ("batch_id", models.IntegerField(default=0)),
                    ],
                    options={
                        "db_table": "lifecycle_daily",
                        "managed": False,
                    },
                ),
                migrations.CreateModel(
                    name="HealthReading",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "group_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("group_id", models.IntegerField()),
                        ("day", models.DateField()),
                        ("state", models.SmallIntegerField()),
                        ("score", models.SmallIntegerField()),
                        ("coverage", models.SmallIntegerField()),
                        ("loss_rhythm", models.SmallIntegerField()),
                        ("loss_level", models.SmallIntegerField()),
                        ("loss_breadth", models.SmallIntegerField()),
                        ("loss_regularity", models.SmallIntegerField()),
                        ("loss_core", models.SmallIntegerField()),
                        ("rule_version", models.SmallIntegerField()),
                    ],
                    options={
                        "db_table": "lifecycle_health",
                        "managed": False,
                    },
                ),
                migrations.CreateModel(
                    name="DirtyGroup",
                    fields=[
                        (
                            "group",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="groups.group",
                            ),
                        ),
                        ("since", models.DateField()),
                        ("marked_at", models.DateTimeField()),
                        ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                        ("lease_until", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="FleetDay",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "team_id",
                                "day",
                                "state",
                                "activity_kind",
                                "monetization",
                                "layer",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("team_id", models.IntegerField()),
                        ("day", models.DateField()),
                        ("state", models.SmallIntegerField()),
                        ("activity_kind", models.CharField(max_length=12)),
                        ("monetization", models.CharField(max_length=12)),
                        ("layer", models.CharField(max_length=6)),
                        ("groups", models.IntegerField()),
                        ("members", models.BigIntegerField()),
                        ("acts_7", models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Import",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="imports",
                                to="lifecycle.source",
                            ),
                        ),
                        ("kind", models.CharField(blank=True, max_length=20)),
                        ("platform", models.CharField(blank=True, max_length=10)),
                        ("file_name", models.CharField(max_length=200)),
                        ("file_bytes", models.BigIntegerField()),
                        ("file_hash", models.CharField(max_length=64)),
                        ("content_hash", models.CharField(blank=True, max_length=64)),
                        ("observed_from", models.DateField(blank=True, null=True)),
                        ("observed_until", models.DateField(blank=True, null=True)),
                        ("coverage", models.JSONField(blank=True, null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("uploaded", "Uploaded"),
                                    ("looking", "Being looked at"),
                                    ("ready", "Waiting for your decision"),
                                    ("queued", "Queued"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("refused", "Refused"),
                                    ("repeated", "Already imported"),
                                    ("dropped", "Dropped"),
                                    ("undone", "Undone"),
                                ],
                                default="uploaded",
                                max_length=8,
                            ),
                        ),
                        ("progress_done", models.BigIntegerField(default=0)),
                        ("progress_total", models.BigIntegerField(null=True)),
                        ("groups_seen", models.IntegerField(default=0)),
                        ("groups_made", models.IntegerField(default=0)),
                        ("rows_new", models.IntegerField(default=0)),
                        ("rows_changed", models.IntegerField(default=0)),
                        ("rows_unchanged", models.IntegerField(default=0)),
                        ("rows_refused", models.IntegerField(default=0)),
                        ("zero_days", models.IntegerField(default=0)),
                        ("refusals", models.JSONField(default=list)),
                        ("refusal_code", models.CharField(blank=True, max_length=40)),
                        ("refusal_figures", models.JSONField(default=dict)),
                        (
                            "repeats",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="lifecycle.import",
                            ),
                        ),
                        ("encoding", models.CharField(blank=True, max_length=20)),
                        ("is_table", models.BooleanField(default=False)),
                        ("choice", models.JSONField(default=dict)),
                        ("group_choices", models.JSONField(default=dict)),
                        ("preview", models.JSONField(null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("attempts_before", models.PositiveSmallIntegerField(default=0)),
                        ("lease_until", models.DateTimeField(null=True)),
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
                        ("finished_at", models.DateTimeField(null=True)),
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
                        ("undo_outcome", models.JSONField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["team", "-id"], name="imports_of_a_team")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "done"), models.Q(("content_hash", ""), _negated=True)),
                                fields=("team", "content_hash"),
                                name="the same content is imported once per team",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "undone"), ("undone_at__isnull", False), ("undone_by__isnull", False)
                                    ),
                                    models.Q(
                                        models.Q(("state", "undone"), _negated=True),
                                        ("undone_at", None),
                                        ("undone_by", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="an undone import says by whom",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JudgedAnew",
                    fields=[
                        (
                            "group",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="groups.group",
                            ),
                        ),
                        ("first_day", models.DateField()),
                        ("last_day", models.DateField()),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="NightRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(unique=True)),
                        ("made_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="StaleFleetDay",
                    fields=[
                        ("day", models.DateField(primary_key=True, serialize=False)),
                    ],
                ),
                migrations.CreateModel(
                    name="Tick",
                    fields=[
                        ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Case",
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
                                on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="groups.group"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "To triage"),
                                    ("planned", "Planned"),
                                    ("running", "Running"),
                                    ("evaluating", "Evaluating"),
                                    ("recovered", "Recovered"),
                                    ("migrated", "Migrated"),
                                    ("closing", "Closing"),
                                    ("soft_closed", "Soft-closed"),
                                    ("dissolved", "Dissolved"),
                                    ("kept", "Kept"),
                                    ("expired", "Expired"),
                                ],
                                default="open",
                                max_length=11,
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("silence", "Silence"),
                                    ("fading", "Fading"),
                                    ("ad_overrun", "Overrun by adverts"),
                                    ("mission_complete", "Mission complete"),
                                    ("exodus", "Members leaving"),
                                    ("owner_absent", "Owner absent"),
                                    ("overload", "Overload"),
                                    ("overdue", "Past its end"),
                                    ("losing_money", "Losing money"),
                                    ("carried_by_one", "Carried by one person"),
                                    ("unserved", "Nothing offered"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "remedy",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("revive", "Revive"),
                                    ("migrate", "Migrate"),
                                    ("dissolve", "Dissolve"),
                                    ("farewell", "Farewell"),
                                    ("keep", "False alarm"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "recommended",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("revive", "Revive"),
                                    ("migrate", "Migrate"),
                                    ("dissolve", "Dissolve"),
                                    ("farewell", "Farewell"),
                                    ("keep", "False alarm"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("recommendation", models.JSONField(default=dict)),
                        ("playbook", models.CharField(blank=True, max_length=24)),
                        ("playbook_version", models.PositiveSmallIntegerField(default=0)),
                        (
                            "playbook_row",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="lifecycle.playbookversion",
                            ),
                        ),
                        ("budget", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                        ("moves_to", models.CharField(blank=True, max_length=120)),
                        ("plans", models.PositiveSmallIntegerField(default=0)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("attempt_began_on", models.DateField(null=True)),
                        (
                            "relapse_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="lifecycle.case",
                            ),
                        ),
                        ("relapsed_on", models.DateField(null=True)),
                        ("opened_on", models.DateField()),
                        ("state_since", models.DateField()),
                        ("due_on", models.DateField(null=True)),
                        ("days_counted", models.PositiveSmallIntegerField(db_default=0, default=0)),
                        ("days_without_data", models.PositiveSmallIntegerField(db_default=0, default=0)),
                        ("snoozed_until", models.DateField(null=True)),
                        ("snoozed_until_worse_than", models.SmallIntegerField(null=True)),
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
                        ("decision_reason", models.TextField(blank=True)),
                        ("ended_on", models.DateField(null=True)),
                        ("outcome", models.JSONField(default=dict)),
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["team", "state", "opened_on"], name="case_board")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["open", "planned", "running", "evaluating", "closing", "soft_closed"],
                                    )
                                ),
                                fields=("group",),
                                name="one open case per group",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_at", None),
                                    models.Q(models.Q(("remedy", ""), _negated=True), ("decided_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a decided case has a remedy and a decider",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_on", None),
                                    ("state__in", ["recovered", "migrated", "dissolved", "kept", "expired"]),
                                    _connector="XOR",
                                ),
                                name="only an ended case has a last day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("budget", None), ("budget__gte", 0), _connector="OR"),
                                name="a budget is not negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Flag",
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
                                on_delete=django.db.models.deletion.CASCADE, related_name="flags", to="groups.group"
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("silence", "Silence"),
                                    ("fading", "Fading"),
                                    ("ad_overrun", "Overrun by adverts"),
                                    ("mission_complete", "Mission complete"),
                                    ("exodus", "Members leaving"),
                                    ("owner_absent", "Owner absent"),
                                    ("overload", "Overload"),
                                    ("overdue", "Past its end"),
                                    ("losing_money", "Losing money"),
                                    ("carried_by_one", "Carried by one person"),
                                    ("unserved", "Nothing offered"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("severity", models.PositiveSmallIntegerField()),
                        ("raised_on", models.DateField()),
                        ("earliest_sign_on", models.DateField()),
                        ("lowered_on", models.DateField(null=True)),
                        ("evidence", models.JSONField()),
                        ("rule_version", models.SmallIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("lowered_on", None)),
                                fields=("group", "cause"),
                                name="one standing flag per group and cause",
                            ),
                            models.UniqueConstraint(
                                fields=("group", "cause", "raised_on"), name="a flag is raised once a day"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseEvent",
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
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="events", to="lifecycle.case"
                            ),
                        ),
                        (
                            "flag",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="lifecycle.flag",
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
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
                        ("content", models.JSONField(default=dict)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "signal")),
                                fields=("case", "flag"),
                                name="a flag is evidence in a case once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroupAlias",
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
                        ("key", models.CharField(max_length=160)),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("team", "key"), name="a name in files means one group")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroupEnd",
                    fields=[
                        (
                            "group",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="ending",
                                serialize=False,
                                to="groups.group",
                            ),
                        ),
                        (
                            "fate",
                            models.CharField(choices=[("died", "Died"), ("completed", "Completed")], max_length=9),
                        ),
                        ("told_on", models.DateField()),
                        ("ended_on", models.DateField()),
                        ("flagged_on", models.DateField(null=True)),
                        (
                            "cause",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("silence", "Silence"),
                                    ("fading", "Fading"),
                                    ("ad_overrun", "Overrun by adverts"),
                                    ("mission_complete", "Mission complete"),
                                    ("exodus", "Members leaving"),
                                    ("owner_absent", "Owner absent"),
                                    ("overload", "Overload"),
                                    ("overdue", "Past its end"),
                                    ("losing_money", "Losing money"),
                                    ("carried_by_one", "Carried by one person"),
                                    ("unserved", "Nothing offered"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ended_on__lte", models.F("told_on"))),
                                name="a group ends before it is told",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("fate__in", ["died", "completed"])),
                                name="an end is a death or a success",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("fate", "completed"), _negated=True),
                                    models.Q(("cause", ""), ("flagged_on", None)),
                                    _connector="OR",
                                ),
                                name="a success has no cause of death",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportFile",
                    fields=[
                        (
                            "upload",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="file",
                                serialize=False,
                                to="lifecycle.import",
                            ),
                        ),
                        ("sealed", models.BinaryField()),
                        ("sealed_peek", models.BinaryField(null=True)),
                        ("sealed_refused", models.BinaryField(null=True)),
                        ("delete_after", models.DateField()),
                    ],
                ),
                migrations.CreateModel(
                    name="ImportUndo",
                    fields=[
                        (
                            "upload",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="undo",
                                serialize=False,
                                to="lifecycle.import",
                            ),
                        ),
                        ("written", models.BinaryField()),
                        ("replaced", models.BinaryField()),
                        ("acts", models.BinaryField()),
                        ("spans", models.JSONField(default=list)),
                        ("groups_made", models.JSONField(default=list)),
                        ("told", models.BinaryField(default=b"")),
                        ("delete_after", models.DateField()),
                    ],
                ),
                migrations.CreateModel(
                    name="KeptPack",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("first_group_id", models.IntegerField()),
                        ("last_group_id", models.IntegerField()),
                        ("layout", models.SmallIntegerField()),
                        ("rule_version", models.SmallIntegerField()),
                        ("groups", models.BinaryField()),
                        ("memory", models.BinaryField()),
                        ("links", models.BinaryField()),
                        ("days", models.BinaryField()),
                        ("weeks", models.BinaryField()),
                        ("acted", models.BinaryField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["last_group_id", "first_group_id"], name="kept_packs_of_a_range")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MemberEvent",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="groups.group",
                            ),
                        ),
                        ("number", models.IntegerField()),
                        ("kind", models.SmallIntegerField(choices=[(1, "Join"), (2, "Leave")])),
                        ("at", models.DateTimeField()),
                        ("day", models.DateField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["group", "day"], name="member_events_of_a_day")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("group", "number", "kind", "at"), name="a member comes or goes once a moment"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MemberNumber",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "group_id", "hash", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("group_id", models.IntegerField()),
                        ("hash", models.BinaryField(max_length=16)),
                        ("number", models.IntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("group_id", "number"), name="a number stands for one member"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Migration",
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
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="migrations",
                                to="lifecycle.case",
                            ),
                        ),
                        ("plan", models.PositiveSmallIntegerField()),
                        ("began_on", models.DateField()),
                        (
                            "target",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="groups.group",
                            ),
                        ),
                        ("sealed_code", models.BinaryField(null=True)),
                        ("code_until", models.DateField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "plan"), name="a plan moves people one way"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("code_until", None), ("sealed_code", None)),
                                    models.Q(("code_until__isnull", False), ("sealed_code__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a code of a group has its last day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AskedMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "migration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="asked",
                                to="lifecycle.migration",
                            ),
                        ),
                        ("number", models.IntegerField()),
                        ("asked_on", models.DateField()),
                        (
                            "asked_by",
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
                                fields=("migration", "number"), name="a member is asked once a migration"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NightItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="lifecycle.nightrun",
                            ),
                        ),
                        ("first_group_id", models.IntegerField()),
                        ("last_group_id", models.IntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("todo", "Todo"), ("done", "Done")], default="todo", max_length=4
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("groups_judged", models.IntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "todo")), fields=["run", "id"], name="night_items_to_do"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("run", "first_group_id"), name="a range stands once in a night"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NightFault",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="faults",
                                to="lifecycle.nightrun",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group"
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("trying", "Trying"),
                                    ("error", "Error"),
                                    ("poison", "Poison"),
                                    ("settled", "Settled"),
                                ],
                                default="trying",
                                max_length=7,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("last_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("run", "group"), name="a group fails once per night")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlaybookVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "playbook",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="lifecycle.teamplaybook",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("content", models.JSONField()),
                        ("reason", models.CharField(blank=True, max_length=300)),
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
                            models.UniqueConstraint(
                                fields=("playbook", "number"), name="a version of a playbook is written once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("thresholds", models.JSONField()),
                        ("from_day", models.DateField()),
                        ("reason", models.CharField(max_length=200)),
                        ("based_on", models.PositiveSmallIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("trying", "Trying"),
                                    ("tried", "Tried"),
                                    ("adopted", "Adopted"),
                                    ("dropped", "Dropped"),
                                ],
                                default="trying",
                                max_length=7,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("through", models.DateField(null=True)),
                        ("tried_to", models.IntegerField(default=0)),
                        ("tried", models.IntegerField(default=0)),
                        ("groups", models.IntegerField(default=0)),
                        (
                            "found",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        ("moved_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="a draft says why"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("state__in", ["trying", "tried"])),
                                    models.Q(("ended_at__isnull", False), ("state__in", ["adopted", "dropped"])),
                                    _connector="OR",
                                ),
                                name="an ended draft says when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyTurn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "draft",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="turns",
                                to="lifecycle.policydraft",
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
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group"
                            ),
                        ),
                        ("state_before", models.SmallIntegerField()),
                        ("state_after", models.SmallIntegerField()),
                        (
                            "causes_before",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=16), size=None
                            ),
                        ),
                        (
                            "causes_after",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=16), size=None
                            ),
                        ),
                        ("score_before", models.SmallIntegerField()),
                        ("score_after", models.SmallIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("draft", "group"), name="a group turns once in a trial")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyVersion",
                    fields=[
                        ("number", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                        ("from_day", models.DateField()),
                        ("thresholds", models.JSONField()),
                        ("reason", models.CharField(max_length=200)),
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
                            models.CheckConstraint(
                                condition=models.Q(("number__gte", 1), ("number__lte", 300)),
                                name="a policy has a number in two bytes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="a policy says why"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Source",
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
                        ("kind", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=80)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("team", "kind", "name"), name="a source is named once per team"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PreferredSource",
                    fields=[
                        (
                            "group",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="preferred_source",
                                serialize=False,
                                to="groups.group",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lifecycle.source"
                            ),
                        ),
                        ("chosen_at", models.DateTimeField()),
                        (
                            "chosen_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="DoubtedDay",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "group_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="groups.group",
                            ),
                        ),
                        ("day", models.DateField()),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="lifecycle.source"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CoverageSpan",
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
                                on_delete=django.db.models.deletion.CASCADE, related_name="coverage", to="groups.group"
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coverage",
                                to="lifecycle.source",
                            ),
                        ),
                        ("observed_from", models.DateField()),
                        ("observed_until", models.DateField()),
                        ("known", models.SmallIntegerField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["group", "observed_until"], name="coverage_of_a_group")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("observed_until__gte", models.F("observed_from"))),
                                name="coverage ends on or after it begins",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SourceDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("group_id", models.IntegerField()),
                        ("day", models.DateField()),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lifecycle.source"
                            ),
                        ),
                        ("known", models.SmallIntegerField()),
                        ("members", models.IntegerField()),
                        ("joins", models.IntegerField()),
                        ("leaves", models.IntegerField()),
                        ("messages", models.IntegerField()),
                        ("speakers", models.IntegerField()),
                        ("clicks", models.IntegerField()),
                        ("orders", models.IntegerField()),
                        ("buyers", models.IntegerField()),
                        ("ads", models.IntegerField()),
                        ("revenue_cents", models.BigIntegerField()),
                        ("batch_id", models.IntegerField()),
                        ("turn", models.BigIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("group_id", "day", "source"), name="a source says one thing of a day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SourceOutage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="outages",
                                to="lifecycle.source",
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
                                choices=[("silent", "Silent"), ("zeros", "Suddenly at zero")], max_length=6
                            ),
                        ),
                        ("began_on", models.DateField()),
                        ("ended_on", models.DateField(null=True)),
                        ("groups", models.IntegerField()),
                        ("noticed_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "believed_by",
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
                                fields=("source", "kind", "began_on"), name="an outage of a source begins once on a day"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("source", "kind"),
                                name="one outage of a kind stands for a source",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_on", None), ("ended_on__gt", models.F("began_on")), _connector="OR"
                                ),
                                name="an outage ends after it began",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("believed_by", None), ("ended_at", None), ("ended_on", None)),
                                    models.Q(("ended_at__isnull", False), ("ended_on__isnull", False)),
                                    _connector="OR",
                                ),
                                name="an outage ends on a day and at a time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Standing",
                    fields=[
                        (
                            "group",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="standing",
                                serialize=False,
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
                        ("day", models.DateField()),
                        (
                            "state",
                            models.SmallIntegerField(
                                choices=[
                                    (0, "No data"),
                                    (1, "Forming"),
                                    (2, "Thriving"),
                                    (3, "Stable"),
                                    (4, "Declining"),
                                    (5, "Dormant"),
                                    (6, "Dead"),
                                    (7, "Overrun by adverts"),
                                    (8, "Mission complete"),
                                ]
                            ),
                        ),
                        ("state_since", models.DateField()),
                        ("score", models.SmallIntegerField()),
                        ("score_week_ago", models.SmallIntegerField()),
                        ("risk", models.SmallIntegerField()),
                        ("last_act_on", models.DateField(null=True)),
                        ("last_observed_on", models.DateField(null=True)),
                        ("acts_28", models.IntegerField()),
                        ("people_28", models.IntegerField()),
                        ("acts_7", models.IntegerField()),
                        ("members", models.IntegerField()),
                        (
                            "spark",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.IntegerField(), default=list, size=None
                            ),
                        ),
                        ("evidence", lifecycle.models.evidence.EvidenceField(default=dict)),
                        ("rule_version", models.SmallIntegerField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["team", "state", "score", "group"], name="standing_worst_first"),
                            models.Index(
                                condition=models.Q(("state__in", [6, 8])),
                                fields=["group"],
                                name="standings_that_are_over",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StateChange",
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
                                related_name="state_changes",
                                to="groups.group",
                            ),
                        ),
                        ("day", models.DateField()),
                        (
                            "before",
                            models.SmallIntegerField(
                                choices=[
                                    (0, "No data"),
                                    (1, "Forming"),
                                    (2, "Thriving"),
                                    (3, "Stable"),
                                    (4, "Declining"),
                                    (5, "Dormant"),
                                    (6, "Dead"),
                                    (7, "Overrun by adverts"),
                                    (8, "Mission complete"),
                                ]
                            ),
                        ),
                        (
                            "after",
                            models.SmallIntegerField(
                                choices=[
                                    (0, "No data"),
                                    (1, "Forming"),
                                    (2, "Thriving"),
                                    (3, "Stable"),
                                    (4, "Declining"),
                                    (5, "Dormant"),
                                    (6, "Dead"),
                                    (7, "Overrun by adverts"),
                                    (8, "Mission complete"),
                                ]
                            ),
                        ),
                        ("evidence", models.JSONField()),
                        ("rule_version", models.SmallIntegerField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["after", "day"], name="state_changes_into")],
                        "constraints": [
                            models.UniqueConstraint(fields=("group", "day"), name="a group changes state once a day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TeamPlaybook",
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
                        ("key", models.CharField(max_length=24)),
                        ("remedy", models.CharField(max_length=8)),
                        ("current", models.PositiveSmallIntegerField()),
                        ("latest", models.PositiveSmallIntegerField()),
                        ("archived_at", models.DateTimeField(null=True)),
                        (
                            "archived_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("team", "key"), name="a team has a playbook once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("archived_at", None), ("archived_by__isnull", False), _connector="XOR"
                                ),
                                name="an archived playbook says by whom",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("current__lte", models.F("latest"))),
                                name="the current playbook is one that there is",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Treatment",
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
                                related_name="treatments",
                                to="groups.group",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="treatments",
                                to="lifecycle.case",
                            ),
                        ),
                        ("plan", models.PositiveSmallIntegerField()),
                        (
                            "remedy",
                            models.CharField(
                                choices=[
                                    ("revive", "Revive"),
                                    ("migrate", "Migrate"),
                                    ("dissolve", "Dissolve"),
                                    ("farewell", "Farewell"),
                                    ("keep", "False alarm"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("playbook", models.CharField(max_length=24)),
                        ("playbook_version", models.PositiveSmallIntegerField()),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("silence", "Silence"),
                                    ("fading", "Fading"),
                                    ("ad_overrun", "Overrun by adverts"),
                                    ("mission_complete", "Mission complete"),
                                    ("exodus", "Members leaving"),
                                    ("owner_absent", "Owner absent"),
                                    ("overload", "Overload"),
                                    ("overdue", "Past its end"),
                                    ("losing_money", "Losing money"),
                                    ("carried_by_one", "Carried by one person"),
                                    ("unserved", "Nothing offered"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("activity_kind", models.CharField(max_length=12)),
                        ("began_on", models.DateField()),
                        (
                            "ended",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("recovered", "Recovered"),
                                    ("failed", "Not recovered"),
                                    ("migrated", "Migrated"),
                                    ("by_hand", "Ended by hand"),
                                    ("dropped", "Broken off"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("measured_on", models.DateField(null=True)),
                        ("rule_version", models.PositiveSmallIntegerField(default=0)),
                        ("finding", models.CharField(blank=True, max_length=13)),
                        ("acts_before", models.PositiveIntegerField(null=True)),
                        ("days_before", models.PositiveSmallIntegerField(null=True)),
                        ("acts_after", models.PositiveIntegerField(null=True)),
                        ("days_after", models.PositiveSmallIntegerField(null=True)),
                        ("similar_groups", models.PositiveSmallIntegerField(null=True)),
                        ("effect", models.FloatField(null=True)),
                        ("effect_low", models.FloatField(null=True)),
                        ("effect_high", models.FloatField(null=True)),
                        ("expected_acts", models.FloatField(null=True)),
                        ("value", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                        ("inputs", models.JSONField(default=dict)),
                        ("checked_days", models.PositiveSmallIntegerField(default=0)),
                        ("members_before", models.PositiveIntegerField(null=True)),
                        ("kept_7", models.PositiveIntegerField(null=True)),
                        ("kept_30", models.PositiveIntegerField(null=True)),
                        ("kept_90", models.PositiveIntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("measured_on", None)),
                                fields=["began_on"],
                                name="treatments_to_measure",
                            ),
                            models.Index(fields=["team", "began_on"], name="treatments_of_a_team"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "plan"), name="a plan is one treatment"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("finding", ""), ("measured_on", None)),
                                    models.Q(("measured_on__isnull", False), models.Q(("finding", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="a measured treatment says what was found",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WecomCallback",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.BinaryField(max_length=32, unique=True)),
                        ("chat_id", models.CharField(max_length=120)),
                        ("change", models.CharField(max_length=10)),
                        ("detail", models.CharField(blank=True, max_length=20)),
                        ("happened_at", models.DateTimeField()),
                        (
                            "hashes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BinaryField(max_length=16), default=list, size=None
                            ),
                        ),
                        ("received_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)), fields=["id"], name="wecom_callbacks_to_do"
                            ),
                            models.Index(fields=["chat_id", "happened_at"], name="wecom_callbacks_of_a_group"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WecomConnection",
                    fields=[
                        ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                        ("corp_id", models.CharField(max_length=64)),
                        ("sealed_secret", models.BinaryField(default=b"")),
                        ("sealed_callback_token", models.BinaryField(default=b"")),
                        ("sealed_callback_key", models.BinaryField(default=b"")),
                        ("sealed_token", models.BinaryField(default=b"")),
                        ("token_number", models.IntegerField(default=0)),
                        ("token_until", models.DateTimeField(null=True)),
                        (
                            "counting",
                            models.CharField(
                                choices=[
                                    ("auto", "Find out from the figures"),
                                    ("daily", "Each figure is that of one day"),
                                    ("running", "Each figure is a running total"),
                                ],
                                default="auto",
                                max_length=7,
                            ),
                        ),
                        ("seen_daily_on", models.DateField(null=True)),
                        ("by_owner", models.BooleanField(default=False)),
                        ("connected_at", models.DateTimeField()),
                        (
                            "connected_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("paused_at", models.DateTimeField(null=True)),
                        ("last_answer_at", models.DateTimeField(null=True)),
                        ("last_success_at", models.DateTimeField(null=True)),
                        ("trouble", models.CharField(blank=True, max_length=20)),
                        ("trouble_code", models.IntegerField(null=True)),
                        ("trouble_at", models.DateTimeField(null=True)),
                        ("wait_until", models.DateTimeField(null=True)),
                        ("last_callback_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="there is one connection to WeCom"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WecomOwner",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("userid", models.CharField(max_length=64, unique=True)),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="groups.team",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("registers", models.BooleanField(default=False)),
                        ("first_seen_at", models.DateTimeField()),
                        ("asked_through", models.DateField(null=True)),
                        ("trouble_code", models.IntegerField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("person", None), ("team", None)),
                                    models.Q(("person__isnull", False), ("team__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a WeCom owner belongs to a team and a person or to neither",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("registers", False), ("team__isnull", False), _connector="OR"),
                                name="groups are registered by themselves only into a team",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WecomGroup",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("chat_id", models.CharField(max_length=120, unique=True)),
                        (
                            "group",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="groups.group",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=120)),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="groups",
                                to="lifecycle.wecomowner",
                            ),
                        ),
                        ("owner_since", models.DateField(null=True)),
                        ("made_on", models.DateField(null=True)),
                        ("status", models.PositiveSmallIntegerField(default=0)),
                        ("members", models.IntegerField(null=True)),
                        ("listed_at", models.DateTimeField(null=True)),
                        ("read_at", models.DateTimeField(null=True)),
                        ("watched_since", models.DateTimeField(null=True)),
                        ("dismissed_at", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("trouble_code", models.IntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["due_at"],
                                name="wecom_groups_due",
                            ),
                            models.Index(fields=["owner", "id"], name="wecom_groups_of_an_owner"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WecomOwnerDay",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "owner_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="days",
                                to="lifecycle.wecomowner",
                            ),
                        ),
                        ("day", models.DateField()),
                        ("new_chats", models.IntegerField()),
                        ("chats", models.IntegerField()),
                        ("chats_with_messages", models.IntegerField()),
                        ("new_members", models.IntegerField()),
                        ("members", models.IntegerField()),
                        ("members_with_messages", models.IntegerField()),
                        ("messages", models.BigIntegerField()),
                        ("told_at", models.DateTimeField()),
                        (
                            "credited_to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="groups.group",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["day"], name="wecom_owner_days_by_day")],
                    },
                ),
                migrations.CreateModel(
                    name="WecomRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(null=True)),
                        (
                            "phase",
                            models.CharField(
                                choices=[
                                    ("list", "List"),
                                    ("members", "Members"),
                                    ("figures", "Figures"),
                                    ("credit", "Credit"),
                                    ("done", "Done"),
                                ],
                                default="list",
                                max_length=7,
                            ),
                        ),
                        ("groups_read", models.IntegerField(default=0)),
                        ("groups_refused", models.IntegerField(default=0)),
                        ("groups_registered", models.IntegerField(default=0)),
                        ("owner_days", models.IntegerField(default=0)),
                        ("overtaken", models.BooleanField(default=False)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("by", None)),
                                fields=("day",),
                                name="a WeCom run of the clock is once a day",
                            ),
                            models.UniqueConstraint(
                                models.Value(1),
                                condition=models.Q(("done_at", None)),
                                name="one WeCom run is open at a time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WecomStay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "chat",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stays",
                                to="lifecycle.wecomgroup",
                            ),
                        ),
                        ("hash", models.BinaryField(max_length=16)),
                        ("is_staff", models.BooleanField()),
                        ("scene", models.PositiveSmallIntegerField(default=0)),
                        ("joined_at", models.DateTimeField()),
                        ("left_at", models.DateTimeField(null=True)),
                        ("joined_on", models.DateField()),
                        ("left_on", models.DateField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["chat", "left_on"], name="wecom_stays_by_end")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("chat", "hash", "joined_at"), name="a stay in a WeCom group begins once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("left_at", None)),
                                fields=("chat", "hash"),
                                name="a member is in a WeCom group once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("left_at", None), ("left_on", None)),
                                    models.Q(("left_at__gte", models.F("joined_at")), ("left_on__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a stay in a WeCom group ends after it begins",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WecomStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="lifecycle.wecomrun",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("list", "List"),
                                    ("read", "Read"),
                                    ("backfill", "Backfill"),
                                    ("yesterday", "Yesterday"),
                                    ("credit", "Credit"),
                                ],
                                max_length=9,
                            ),
                        ),
                        (
                            "ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.IntegerField(), default=list, size=None
                            ),
                        ),
                        ("cursor", models.CharField(blank=True, max_length=300)),
                        (
                            "state",
                            models.CharField(
                                choices=[("todo", "Todo"), ("done", "Done"), ("given_up", "Given Up")],
                                default="todo",
                                max_length=8,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("not_before", models.DateTimeField(null=True)),
                        ("trouble", models.CharField(blank=True, max_length=20)),
                        ("trouble_code", models.IntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "todo")), fields=["run", "id"], name="wecom_steps_to_do"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseTask",
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
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="tasks", to="lifecycle.case"
                            ),
                        ),
                        ("plan", models.PositiveSmallIntegerField(default=1)),
                        ("place", models.PositiveSmallIntegerField()),
                        ("step", models.CharField(max_length=40)),
                        ("due_on", models.DateField()),
                        ("text", models.TextField(blank=True)),
                        ("done_at", models.DateTimeField(null=True)),
                        (
                            "done_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("evidence", models.CharField(blank=True, max_length=300)),
                        ("count", models.PositiveIntegerField(null=True)),
                        ("spent", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)), fields=["team", "due_on"], name="steps_to_do"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "plan", "step"), name="a step stands once in a plan"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("done_at", None), ("done_by__isnull", False), _connector="XOR"),
                                name="a done step says who did it",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("spent", None), ("spent__gte", 0), _connector="OR"),
                                name="a step costs nothing or more",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(PARTITIONED_TABLES, WITHOUT_PARTITIONED_TABLES),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL(STAYS_STAY, WITHOUT_STAYS_STAY),
        migrations.RunSQL(POLICIES_STAY, WITHOUT_POLICIES_STAY),
    ]
