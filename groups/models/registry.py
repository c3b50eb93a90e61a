"""What happens to the registry beside single edits: changes of many groups, notes and files."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.group import Group
from groups.models.leased import Leased
from groups.models.people import Team, User


class RegistryChange(Leased):
    """Many groups changed at one stroke, and work of a worker while that is taken back.

    `token` makes a second submit of the same page a no-op.
    """

    class Kind(models.TextChoices):
        ASSIGN = "assign", _("Owner assigned")
        LAYER = "layer", _("Layer changed")
        ADD_TAG = "add_tag", _("Tag added")
        REMOVE_TAG = "remove_tag", _("Tag removed")
        IMPORT = "import", _("List imported")

    class State(models.TextChoices):
        STANDS = "stands", _("Stands")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    kind = models.CharField(max_length=10, choices=Kind)
    token = models.UUIDField(unique=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.STANDS)
    undo_asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    gave_up = models.BooleanField(default=False)  # taking it back failed as often as it is tried; it may be asked again
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    groups_back = models.PositiveIntegerField(null=True)  # put back or archived; null in what was undone long ago
    groups_left = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an undone change says by whom",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a change is undone since a moment or not at all",
                condition=Q(state="undone", undone_at__isnull=False) | ~Q(state="undone") & Q(undone_at=None),
            ),
            models.CheckConstraint(
                name="a change that is being undone says who asked",
                condition=~Q(state="undoing") | Q(undo_asked_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="changes_being_undone", condition=Q(state="undoing")),  # undoing.lost
        ]


class ChangedGroup(models.Model):
    """A group that such a change touched: what stood there before, or nothing if the change made the group."""

    change = models.ForeignKey(RegistryChange, models.CASCADE, related_name="groups")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    made = models.BooleanField(default=False)
    before = models.JSONField(default=dict)  # columns of the group and `ends_on` of its plan, as the audit tells them
    version = models.PositiveIntegerField()  # of the group after the change: undone only while it still stands

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "group"], name="a change touches a group once"),
            models.CheckConstraint(
                name="a group that was made had nothing before", condition=Q(made=False) | Q(before={})
            ),
        ]


class GroupNote(models.Model):
    """A remark about a group; added to, never rewritten."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="remarks")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    text = models.TextField(_("Note"))
    token = models.UUIDField(unique=True, editable=False)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="a note says something", condition=~Q(text=""))]
        indexes = [models.Index(fields=["group", "-id"], name="notes_of_a_group")]


class GroupFile(models.Model):
    """A file beside a group, or the receipt of one of its lines. Its bytes lie apart, encrypted."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="files")
    line = models.ForeignKey("LedgerLine", models.PROTECT, null=True, related_name="receipts")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    name = models.CharField(_("File"), max_length=120)
    kind = models.CharField(max_length=4)  # the ending that its content has: groups.rules.file_kinds
    size = models.PositiveIntegerField()
    token = models.UUIDField(unique=True, editable=False)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a file of a group holds something", condition=Q(size__gt=0)),
            models.CheckConstraint(name="a receipt is no plain text", condition=Q(line=None) | ~Q(kind="csv")),
            models.CheckConstraint(
                name="a removed file says by whom",
                condition=Q(removed_at=None, removed_by=None) | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["group", "-id"], name="files_of_a_group")]

    def __str__(self) -> str:
        return self.name


class GroupFileContent(models.Model):
    """The encrypted bytes of a file; gone once the file is removed."""

    file = models.OneToOneField(GroupFile, models.CASCADE, primary_key=True, related_name="content")
    sealed = models.BinaryField()
