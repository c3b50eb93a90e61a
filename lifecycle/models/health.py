"""Health by day, where each group stands now, every change of state, and the flags that were raised."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models import Group, Team
from lifecycle.models.evidence import EvidenceField


class HealthState(models.IntegerChoices):
    """Observed state. The numbers are stored in narrow columns and never change their meaning."""

    UNKNOWN = 0, _("No data")
    FORMING = 1, _("Forming")
    THRIVING = 2, _("Thriving")
    STABLE = 3, _("Stable")
    DECLINING = 4, _("Declining")
    DORMANT = 5, _("Dormant")
    DEAD = 6, _("Dead")
    AD_OVERRUN = 7, _("Overrun by adverts")
    MISSION_COMPLETE = 8, _("Mission complete")


class Cause(models.TextChoices):
    SILENCE = "silence", _("Silence")
    FADING = "fading", _("Fading")
    AD_OVERRUN = "ad_overrun", _("Overrun by adverts")
    MISSION_COMPLETE = "mission_complete", _("Mission complete")
    EXODUS = "exodus", _("Members leaving")
    OWNER_ABSENT = "owner_absent", _("Owner absent")
    OVERLOAD = "overload", _("Overload")
    OVERDUE = "overdue", _("Past its end")
    LOSING_MONEY = "losing_money", _("Losing money")
    CARRIED_BY_ONE = "carried_by_one", _("Carried by one person")
    UNSERVED = "unserved", _("Nothing offered")


class HealthReading(models.Model):
    """The card of a group on a day; partitioned by month, made by SQL in the migrations.

    Parts and score in hundredths (0..10000); -1 = not known. The losses of the known parts and of a cap sum exactly to
    10000 - score.
    """

    pk = models.CompositePrimaryKey("group_id", "day")
    group_id = models.IntegerField()
    day = models.DateField()
    state = models.SmallIntegerField()
    score = models.SmallIntegerField()
    coverage = models.SmallIntegerField()
    loss_rhythm = models.SmallIntegerField()
    loss_level = models.SmallIntegerField()
    loss_breadth = models.SmallIntegerField()
    loss_regularity = models.SmallIntegerField()
    loss_core = models.SmallIntegerField()
    loss_cap = models.SmallIntegerField(default=0)  # taken off by a cap: adverts, members leaving
    acts_7 = models.IntegerField(default=-1)  # that the plan counts, in the seven days up to this one; -1 = not known
    members = models.IntegerField(default=-1)  # as last observed
    rule_version = models.SmallIntegerField()

    class Meta:
        managed = False
        db_table = "lifecycle_health"


STATES_IN_TROUBLE = [HealthState.DORMANT, HealthState.DEAD, HealthState.AD_OVERRUN]
IN_TROUBLE = Q(state__in=STATES_IN_TROUBLE)


class Standing(models.Model):
    """Where a group stands: what lists show and sort by."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="standing")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", db_index=False)  # standings_by_state serves
    day = models.DateField()  # the last day that was judged
    state = models.SmallIntegerField(choices=HealthState)
    state_since = models.DateField()
    score = models.SmallIntegerField()  # hundredths, -1 = not known
    score_week_ago = models.SmallIntegerField()
    risk = models.SmallIntegerField()  # p30 in hundredths of a percent, -1 = not known
    last_act_on = models.DateField(null=True)
    last_observed_on = models.DateField(null=True)
    acts_28 = models.IntegerField()  # -1 = not known
    people_28 = models.IntegerField()
    acts_7 = models.IntegerField()
    members = models.IntegerField()
    spark = ArrayField(models.IntegerField(), default=list)  # eight weekly totals of acts, oldest first, -1 = not known
    evidence = EvidenceField(default=dict)  # the figures behind the sentence on the group's page
    rule_version = models.SmallIntegerField()
    # The score of those in trouble, which indexes hold: that of all others moves every night and is in none (HOT).
    trouble_score = models.GeneratedField(
        expression=models.Case(models.When(IN_TROUBLE, then=models.F("score"))),
        output_field=models.SmallIntegerField(null=True),
        db_persist=True,
        null=True,
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["team", "state", "group"], name="standings_by_state"),
            # Those in trouble, of whatever teams: the first page of the list (community_ops.worst_first), whom to look
            # at first and who came to be at risk lately (community_ops.insights.fleet)
            models.Index(
                fields=["state", "trouble_score", "group", "team"],
                condition=IN_TROUBLE,
                name="standings_in_trouble_worst",
            ),
            models.Index(
                fields=["state", "-state_since", "trouble_score", "group", "team"],
                condition=IN_TROUBLE,
                name="standings_in_trouble_latest",
            ),
            # endings.NOT_KEPT: dead or complete
            models.Index(fields=["group"], condition=Q(state__in=[6, 8]), name="standings_that_are_over"),
        ]


class KeptPack(models.Model):
    """What the next nights go on from: what one pass left of its groups on one day, all groups together.

    Bytes are packed rows (rules.packing) of rules.kept and rules.memory in the layout named; a pack of another layout
    or rule version is as good as none. Only the pack of the pass's last day has more than `weeks`. See lifecycle.kept.
    """

    day = models.DateField()
    first_group_id = models.IntegerField()
    last_group_id = models.IntegerField()
    layout = models.SmallIntegerField()
    rule_version = models.SmallIntegerField()
    groups = models.BinaryField()  # ids, as distances from the first one
    memory = models.BinaryField()  # streaks and frozen baseline of the state machine
    links = models.BinaryField()  # where the weeks of the days before are, and how many entries of `acted` belong
    days = models.BinaryField()  # the last seven days as counted
    weeks = models.BinaryField()  # sums of the weeks that end on the day
    acted = models.BinaryField()  # who acted lately; `last` in days before the day

    class Meta:
        indexes = [models.Index(fields=["last_group_id", "first_group_id"], name="kept_packs_of_a_range")]


class WeekPack(models.Model):
    """Seven days of a range of groups as bytes (rules.week_packs): what was counted, who acted. See week_packs."""

    first_day = models.DateField()
    first_group_id = models.IntegerField()
    last_group_id = models.IntegerField()  # every id between is told of: one that is not named has no rows
    layout = models.SmallIntegerField()
    told = models.SmallIntegerField()  # the counts that `counts` holds, as bits of rules.counts.KNOWN
    groups = models.BinaryField()
    counts = models.BinaryField()
    acted = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first_group_id", "first_day"], name="one_pack_per_range_and_week"),
        ]


class WeekMark(models.Model):
    """A group whose packed weeks do not hold from a day on. Marks are added and taken away, never changed."""

    group_id = models.IntegerField()
    since = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["group_id"], name="week_marks_of_a_range")]


class StateChange(models.Model):
    """One change of observed state, with the evidence that replays it. Append-only."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="state_changes")
    day = models.DateField()
    before = models.SmallIntegerField(choices=HealthState)
    after = models.SmallIntegerField(choices=HealthState)
    evidence = models.JSONField()
    rule_version = models.SmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "day"], name="a group changes state once a day")]
        # The latest groups that came to a state: what became of those like one (community_ops.similar_groups).
        indexes = [models.Index(fields=["after", "day"], name="state_changes_into")]


class Flag(models.Model):
    """A standing or past warning about a group, with one cause."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="flags")
    cause = models.CharField(max_length=16, choices=Cause)
    severity = models.PositiveSmallIntegerField()  # 1 note, 2 watch, 3 at risk
    raised_on = models.DateField()
    earliest_sign_on = models.DateField()
    lowered_on = models.DateField(null=True)
    evidence = models.JSONField()
    rule_version = models.SmallIntegerField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "cause"], condition=Q(lowered_on=None), name="one standing flag per group and cause"
            ),
            models.UniqueConstraint(fields=["group", "cause", "raised_on"], name="a flag is raised once a day"),
        ]


class FleetDay(models.Model):
    """How many groups of a team stood where on a day: what dashboards read instead of the readings."""

    pk = models.CompositePrimaryKey("team_id", "day", "state", "activity_kind", "monetization", "layer")
    team_id = models.IntegerField()
    day = models.DateField()
    state = models.SmallIntegerField()
    activity_kind = models.CharField(max_length=12)
    monetization = models.CharField(max_length=12)
    layer = models.CharField(max_length=6)
    groups = models.IntegerField()
    members = models.BigIntegerField()
    acts_7 = models.BigIntegerField()
