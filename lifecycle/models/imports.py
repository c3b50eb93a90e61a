"""Uploads and what became of them, the sources they speak for, and from when to when a source was watching a group."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models import Group, Team, User
from groups.models.leased import Leased


class Source(models.Model):
    """Where activity comes from: one per team and kind of file or connection."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "kind", "name"], name="a source is named once per team")]


class Import(Leased):
    """One file brought in. `content_hash` is over the canonical rows: the same content under any name is one import."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        LOOKING = "looking", _("Being looked at")  # read without writing
        READY = "ready", _("Waiting for your decision")
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        REPEATED = "repeated", _("Already imported")
        DROPPED = "dropped", _("Dropped")
        UNDONE = "undone", _("Undone")

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="imports")
    kind = models.CharField(max_length=20, blank=True)
    platform = models.CharField(max_length=10, blank=True)
    file_name = models.CharField(max_length=200)
    file_bytes = models.BigIntegerField()
    file_hash = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64, blank=True)
    observed_from = models.DateField(null=True, blank=True)
    observed_until = models.DateField(null=True, blank=True)
    # Optional per-group coverage given with the file: {group key: [first day, last day, platform, name]}, each or null.
    coverage = models.JSONField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.UPLOADED)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(null=True)
    groups_seen = models.IntegerField(default=0)
    groups_made = models.IntegerField(default=0)
    rows_new = models.IntegerField(default=0)
    rows_changed = models.IntegerField(default=0)
    rows_unchanged = models.IntegerField(default=0)
    rows_refused = models.IntegerField(default=0)
    zero_days = models.IntegerField(default=0)  # days inside the coverage without a row, now observed zeros
    # The first refused rows: [{"row": 17, "column": "date", "value": "2026/13/1", "problem": "bad_date"}].
    refusals = models.JSONField(default=list)
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal_figures = models.JSONField(default=dict)
    repeats = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    encoding = models.CharField(max_length=20, blank=True)
    # Whether the file is a table, whose columns a person can match.
    is_table = models.BooleanField(default=False)
    # What a person said: sources.choice.Choice, and by group key "skip", "new" or the id of a registered group.
    choice = models.JSONField(default=dict)
    group_choices = models.JSONField(default=dict)
    preview = models.JSONField(null=True)  # lifecycle.looking: what would be written, as the file was looked at
    # A release before counts attempts of all readings together; here those of each begin anew.
    attempts_before = models.PositiveSmallIntegerField(default=0)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undo_outcome = models.JSONField(null=True)  # lifecycle.undoing.Undone

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an undone import says by whom",
                condition=(Q(state="undone") & Q(undone_at__isnull=False, undone_by__isnull=False))
                | (~Q(state="undone") & Q(undone_at=None, undone_by=None)),
            ),
            models.UniqueConstraint(
                fields=["team", "content_hash"],
                condition=Q(state="done") & ~Q(content_hash=""),
                name="the same content is imported once per team",
            ),
        ]
        indexes = [models.Index(fields=["team", "-id"], name="imports_of_a_team")]


class ImportFile(models.Model):
    """The uploaded bytes, encrypted, so that any worker can read them; deleted after 30 days.

    With them, and encrypted as well, what a person is shown of a table: header and first rows, and the refused rows.
    """

    upload = models.OneToOneField(Import, models.CASCADE, related_name="file", primary_key=True)
    sealed = models.BinaryField()
    sealed_peek = models.BinaryField(null=True)
    sealed_refused = models.BinaryField(null=True)
    delete_after = models.DateField()


class GroupAlias(models.Model):
    """A name under which files of a team speak of a registered group; said once, remembered."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    key = models.CharField(max_length=160)
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "key"], name="a name in files means one group")]


class ImportUndo(models.Model):
    """What an import replaced, packed, so that it can be undone within 7 days (lifecycle.undoing)."""

    upload = models.OneToOneField(Import, models.CASCADE, related_name="undo", primary_key=True)
    written = models.BinaryField()  # groups and days of new rows
    replaced = models.BinaryField()  # rows as they were
    acts = models.BinaryField()  # sets of acting members as they were
    spans = models.JSONField(default=list)  # coverage as it was, and as the import left it
    groups_made = models.JSONField(default=list)
    told = models.BinaryField(default=b"")  # what its source had said of days on which others speak too
    delete_after = models.DateField()


class CoverageSpan(models.Model):
    """From which day to which day (both included) a source was watching which counts of a group.

    Spans of a group, a source and a set of counts neither overlap nor touch.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="coverage")
    source = models.ForeignKey(Source, models.PROTECT, related_name="coverage")
    observed_from = models.DateField()
    observed_until = models.DateField()
    known = models.SmallIntegerField()  # bits of lifecycle.rules.counts: the flows that the source reports

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="coverage ends on or after it begins", condition=Q(observed_until__gte=models.F("observed_from"))
            ),
        ]
        indexes = [models.Index(fields=["group", "observed_until"], name="coverage_of_a_group")]


class PreferredSource(models.Model):
    """Whose word holds for a group where several sources speak of a day; without it, whoever spoke last."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="preferred_source")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(User, models.PROTECT, related_name="+")


class SourceDay(models.Model):
    """What a source said of a group and day, absolute; only where more than one speaks (lifecycle.voices)."""

    group_id = models.IntegerField()
    day = models.DateField()
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    known = models.SmallIntegerField()
    members = models.IntegerField()
    joins = models.IntegerField()
    leaves = models.IntegerField()
    messages = models.IntegerField()
    speakers = models.IntegerField()
    clicks = models.IntegerField()
    orders = models.IntegerField()
    buyers = models.IntegerField()
    ads = models.IntegerField()
    revenue_cents = models.BigIntegerField()
    filler = models.IntegerField(default=0, db_default=0)
    incentivised = models.IntegerField(default=0, db_default=0)
    questions = models.IntegerField(default=0, db_default=0)
    answered = models.IntegerField(default=0, db_default=0)
    batch_id = models.IntegerField()
    turn = models.BigIntegerField()  # of two sources the one with the later turn spoke last

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group_id", "day", "source"], name="a source says one thing of a day")
        ]
