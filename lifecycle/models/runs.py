"""The ledger of the nights: which days must be judged, in which pieces, and which groups could not be."""

from django.db import models
from django.db.models import Q

from groups.models import Group


class NightRun(models.Model):
    """The night of one day. Done when no item of it is left to do."""

    day = models.DateField(unique=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)


class NightItem(models.Model):
    """A range of group ids of one night. Claimed by lease; `careful` works group by group after a crash."""

    class State(models.TextChoices):
        TODO = "todo"
        DONE = "done"

    run = models.ForeignKey(NightRun, models.CASCADE, related_name="items")
    first_group_id = models.IntegerField()
    last_group_id = models.IntegerField()
    state = models.CharField(max_length=4, choices=State, default=State.TODO)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    groups_judged = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "first_group_id"], name="a range stands once in a night"),
        ]
        indexes = [models.Index(fields=["run", "id"], condition=Q(state="todo"), name="night_items_to_do")]


class NightFault(models.Model):
    """A group that could not be judged in a night: tried at most three times, then put aside and shown."""

    class State(models.TextChoices):
        TRYING = "trying"
        ERROR = "error"  # raised each time
        POISON = "poison"  # took its worker with it
        SETTLED = "settled"  # judged after all

    run = models.ForeignKey(NightRun, models.CASCADE, related_name="faults")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State, default=State.TRYING)
    reason = models.CharField(max_length=300, blank=True)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "group"], name="a group fails once per night")]


class DirtyGroup(models.Model):
    """A group whose past changed: its readings from `since` on must be made anew, once."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateField()
    marked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    lease_until = models.DateTimeField(null=True)  # set and in the past: a try died or failed, so it is tried alone


class JudgedAnew(models.Model):
    """The last days of a group that were judged again because its past had changed."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    at = models.DateTimeField()


class StaleFleetDay(models.Model):
    """A day whose FleetDay rows must be made anew, since readings of that day were."""

    day = models.DateField(primary_key=True)


class Tick(models.Model):
    """When a tick of beat was last carried out: the sign that beat, the broker and a worker are alive."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()


class DeletedOfDay(models.Model):
    """How many of a kind of data were deleted on a day because their time was over: zero is a row, no look is none.

    `last_count` and `last_at` tell of the last turn of the day that deleted any.
    """

    day = models.DateField()
    kind = models.CharField(max_length=40)
    count = models.IntegerField()
    last_count = models.IntegerField(null=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "kind"], name="what is deleted is counted once a day and kind"),
            models.CheckConstraint(
                condition=Q(count=0, last_count=None, last_at=None)
                | Q(count__gt=0, last_count__gt=0, last_at__isnull=False),
                name="what was deleted was deleted at some time",
            ),
        ]
