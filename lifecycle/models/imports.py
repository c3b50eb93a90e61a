"""Uploads and what became of them, the sources they speak for, and from when to when a source was watching a group."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models import Group, Team, User


class Source(models.Model):
    """Where activity comes from: one per team and kind of file or connection."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "kind", "name"], name="a source is named once per team")]


class Import(models.Model):
    """One file brought in. `content_hash` is over the canonical rows: the same content under any name is one import."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        REPEATED = "repeated", _("Already imported")

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
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "content_hash"],
                condition=Q(state="done") & ~Q(content_hash=""),
                name="the same content is imported once per team",
            ),
        ]
        indexes = [models.Index(fields=["team", "-id"], name="imports_of_a_team")]


class ImportFile(models.Model):
    """The uploaded bytes, encrypted, so that any worker can read them; deleted after 30 days."""

    upload = models.OneToOneField(Import, models.CASCADE, related_name="file", primary_key=True)
    sealed = models.BinaryField()
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
