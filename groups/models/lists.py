"""Lists of groups that come in as files: each from its upload to what became of it, page by page, and how columns were
matched before."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.leased import Leased
from groups.models.people import Team, User
from groups.models.registry import RegistryChange


class RegistryImport(Leased):
    """A list of groups as a file: uploaded, read, its columns matched, previewed, and written once."""

    class State(models.TextChoices):
        READING = "reading", _("Reading the file")
        COLUMNS = "columns", _("Waiting for its columns")
        JUDGING = "judging", _("Working out the preview")
        READY = "ready", _("Waiting for your confirmation")
        WRITING = "writing", _("Being imported")
        DONE = "done", _("Imported")
        REFUSED = "refused", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")

    AT_WORK = (State.READING, State.JUDGING, State.WRITING)
    OVER = (State.DONE, State.REFUSED, State.CANCELLED)

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")  # of rows that name none
    state = models.CharField(max_length=9, choices=State, default=State.READING)
    file_name = models.CharField(max_length=200)
    file_bytes = models.PositiveIntegerField()
    encoding = models.CharField(max_length=10, blank=True)
    platform = models.CharField(max_length=10, blank=True)  # of rows that name none
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)  # field -> place of its column
    remembered = models.BooleanField(default=False)  # the columns were matched as the team did before
    rows_read = models.PositiveIntegerField(default=0)
    # Encrypted: the file until it is read, then its rows; deleted after `delete_after`.
    sealed = models.BinaryField(null=True)
    delete_after = models.DateField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal_figures = models.JSONField(default=dict)
    # The preview: how many rows of each kind of ListPage, and a hash over what becomes of each row.
    foreseen = models.JSONField(default=dict)
    fates_hash = models.CharField(max_length=64, blank=True)
    judged_at = models.DateTimeField(null=True)
    # What a worker was asked to write, and why it could not.
    only_good = models.BooleanField(default=True)
    with_same_names = models.BooleanField(default=False)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    problem = models.CharField(max_length=12, blank=True)
    change = models.OneToOneField(RegistryChange, models.SET_NULL, null=True, related_name="import_of")
    rows_new = models.PositiveIntegerField(null=True)
    rows_changed = models.PositiveIntegerField(null=True)
    rows_same = models.PositiveIntegerField(null=True)
    rows_refused = models.PositiveIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a finished list says what became of its rows",
                condition=~Q(state="done")
                | Q(rows_new__isnull=False, rows_changed__isnull=False)
                & Q(rows_same__isnull=False, rows_refused__isnull=False),
            ),
            models.CheckConstraint(
                name="a list that is over says since when",
                condition=Q(state__in=["done", "refused", "cancelled"], finished_at__isnull=False)
                | ~Q(state__in=["done", "refused", "cancelled"]) & Q(finished_at=None),
            ),
            models.CheckConstraint(
                name="a list that is written says who asked", condition=~Q(state="writing") | Q(asked_by__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["delete_after"], name="lists_to_delete", condition=Q(sealed__isnull=False)),
            models.Index(
                fields=["id"], name="lists_at_work", condition=Q(state__in=["reading", "judging", "writing"])
            ),  # registry_import.lost
        ]

    def __str__(self) -> str:
        return self.file_name


class ListPage(models.Model):
    """Some rows of the preview of a list, of one kind, encrypted: what a page of people shows is read in one go."""

    class Kind(models.TextChoices):
        REFUSED = "refused", _("With errors")
        CHANGED = "changed", _("Changed")
        NEW = "new", _("New")
        SAME_NAME = "same_name", _("Same name")
        SAME = "same", _("Unchanged")
        HEAD = "head", _("First rows")

    upload = models.ForeignKey(RegistryImport, models.CASCADE, related_name="pages", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind)
    number = models.PositiveIntegerField()  # from 1
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "kind", "number"], name="a page of a list is there once")
        ]


class ColumnPreset(models.Model):
    """How a team matched the columns of files with just these headers; the next such file is matched like that."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    what = models.CharField(max_length=6)  # kind of file: groups, orders or days
    headers_hash = models.CharField(max_length=64)  # sheets.matching.fingerprint
    # Field -> place of its column; for days {"kind": "", "fields": ["group", "", "date", ...]}.
    mapping = models.JSONField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "what", "headers_hash"], name="a team matches the same headers in one way"
            )
        ]
