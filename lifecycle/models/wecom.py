"""The connection to WeCom: its secrets, who owns groups there, the groups and their members, and the work to do.

The tables are the queue: runs have steps, groups and callbacks have a time at which they are due. Members are kept as
keyed hashes only.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from groups.models import Group, Team, User

HASH_BYTES = 16


class WecomConnection(models.Model):
    """The company's self-built app, and what became of the last calls. There is one."""

    class Counting(models.TextChoices):
        AUTO = "auto", _("Find out from the figures")
        DAILY = "daily", _("Each figure is that of one day")
        RUNNING = "running", _("Each figure is a running total")

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    corp_id = models.CharField(max_length=64)
    # Encrypted (groups.sealing); empty where there is none.
    sealed_secret = models.BinaryField(default=b"")
    sealed_callback_token = models.BinaryField(default=b"")
    sealed_callback_key = models.BinaryField(default=b"")
    sealed_token = models.BinaryField(default=b"")
    token_number = models.IntegerField(default=0)  # counts the access tokens, so that two refusals renew it once
    token_until = models.DateTimeField(null=True)
    counting = models.CharField(max_length=7, choices=Counting, default=Counting.AUTO)
    # The day whose figures fell below those of the day before, which a running total never does.
    seen_daily_on = models.DateField(null=True)
    by_owner = models.BooleanField(default=False)  # more than 1,000 people in view: groups are listed owner by owner
    connected_at = models.DateTimeField()
    connected_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    paused_at = models.DateTimeField(null=True)
    last_answer_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)  # all groups were read
    trouble = models.CharField(max_length=20, blank=True)  # a key of lifecycle.wecom.words.TROUBLES
    trouble_code = models.IntegerField(null=True)
    trouble_at = models.DateTimeField(null=True)
    wait_until = models.DateTimeField(null=True)  # nothing is asked before
    last_callback_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="there is one connection to WeCom", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.corp_id

    @property
    def is_usable(self) -> bool:
        """Whether the API may be asked at all."""
        return bool(self.sealed_secret) and self.paused_at is None

    @property
    def takes_callbacks(self) -> bool:
        return bool(self.sealed_callback_token and self.sealed_callback_key)


class WecomOwner(models.Model):
    """Somebody of the company who owns groups, and where those groups belong here."""

    userid = models.CharField(max_length=64, unique=True)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    registers = models.BooleanField(default=False)  # new groups of this owner are registered by themselves
    first_seen_at = models.DateTimeField()
    asked_through = models.DateField(null=True)  # the figures of all days up to this one have been asked for
    trouble_code = models.IntegerField(null=True)  # the last answer about this owner's figures, if it was a refusal

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a WeCom owner belongs to a team and a person or to neither",
                condition=Q(team=None, person=None) | Q(team__isnull=False, person__isnull=False),
            ),
            models.CheckConstraint(
                name="groups are registered by themselves only into a team",
                condition=Q(registers=False) | Q(team__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.userid


class WecomGroup(models.Model):
    """A customer group as WeCom tells it, and the group of the registry that it is, if any."""

    chat_id = models.CharField(max_length=120, unique=True)
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    owner = models.ForeignKey(WecomOwner, models.PROTECT, null=True, related_name="groups")
    owner_since = models.DateField(null=True)  # null: the owner was this one when we first looked
    made_on = models.DateField(null=True)
    status = models.PositiveSmallIntegerField(default=0)  # of the owner: 0 works, 1 left, 2 is handed over, 3 was
    members = models.IntegerField(null=True)
    listed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    watched_since = models.DateTimeField(null=True)  # since then it was read often enough to date who left
    dismissed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # to be read then, because a callback told of a change
    trouble_code = models.IntegerField(null=True)  # the last answer about this group, if it was a refusal

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="wecom_groups_due"),
            models.Index(fields=["owner", "id"], name="wecom_groups_of_an_owner"),
        ]

    def __str__(self) -> str:
        return self.name or self.chat_id


class WecomStay(models.Model):
    """From when to when somebody was a member of a group. Who comes back has another stay.

    A stay is added and its end set once, never changed (a trigger sees to it). `left_at` is told by a callback, or lies
    between the last reading with the member and the first without.
    """

    chat = models.ForeignKey(WecomGroup, models.CASCADE, related_name="stays")
    hash = models.BinaryField(max_length=HASH_BYTES)
    is_staff = models.BooleanField()
    scene = models.PositiveSmallIntegerField(default=0)  # 1 invited, 2 by a link, 3 by a code; 0 not told
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chat", "hash", "joined_at"], name="a stay in a WeCom group begins once"),
            models.UniqueConstraint(
                fields=["chat", "hash"], condition=Q(left_at=None), name="a member is in a WeCom group once"
            ),
            models.CheckConstraint(
                name="a stay in a WeCom group ends after it begins",
                condition=Q(left_at=None, left_on=None) | Q(left_at__gte=F("joined_at"), left_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["chat", "left_on"], name="wecom_stays_by_end")]


class WecomOwnerDay(models.Model):
    """What WeCom says of all groups of an owner together on a day: its own granularity, its own figures."""

    pk = models.CompositePrimaryKey("owner_id", "day")
    owner = models.ForeignKey(WecomOwner, models.CASCADE, related_name="days")
    day = models.DateField()
    new_chats = models.IntegerField()
    chats = models.IntegerField()
    chats_with_messages = models.IntegerField()
    new_members = models.IntegerField()
    members = models.IntegerField()
    members_with_messages = models.IntegerField()
    messages = models.BigIntegerField()
    told_at = models.DateTimeField()
    credited_to = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["day"], name="wecom_owner_days_by_day")]


class WecomRun(models.Model):
    """One pass over everything: which groups there are, who is in them, what was said. One is open at a time."""

    class Phase(models.TextChoices):
        LIST = "list"
        MEMBERS = "members"
        FIGURES = "figures"
        CREDIT = "credit"
        DONE = "done"

    day = models.DateField()  # on which it was opened
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")  # null: by the clock
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    phase = models.CharField(max_length=7, choices=Phase, default=Phase.LIST)
    groups_read = models.IntegerField(default=0)
    groups_refused = models.IntegerField(default=0)
    groups_registered = models.IntegerField(default=0)
    owner_days = models.IntegerField(default=0)
    overtaken = models.BooleanField(default=False)  # ended by the next one before all was done

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day"], condition=Q(by=None), name="a WeCom run of the clock is once a day"
            ),
            models.UniqueConstraint(models.Value(1), condition=Q(done_at=None), name="one WeCom run is open at a time"),
        ]


class WecomStep(models.Model):
    """A piece of a run, worked in slices: what it has done and where it goes on commit with what was written."""

    class Kind(models.TextChoices):
        LIST = "list"
        READ = "read"
        BACKFILL = "backfill"
        YESTERDAY = "yesterday"
        CREDIT = "credit"

    class State(models.TextChoices):
        TODO = "todo"
        DONE = "done"
        GIVEN_UP = "given_up"

    run = models.ForeignKey(WecomRun, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=9, choices=Kind)
    ids = ArrayField(models.IntegerField(), default=list)  # owners or groups; empty: all
    cursor = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.TODO)
    attempts = models.PositiveSmallIntegerField(default=0)  # since something was last written
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=20, blank=True)
    trouble_code = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run", "id"], condition=Q(state="todo"), name="wecom_steps_to_do")]


class WecomCallback(models.Model):
    """What WeCom told by itself: that something changed in a group. Kept once, however often it is sent."""

    key = models.BinaryField(max_length=32, unique=True)  # SHA-256 of the decrypted text
    chat_id = models.CharField(max_length=120)
    change = models.CharField(max_length=10)  # create, update, dismiss
    detail = models.CharField(max_length=20, blank=True)  # add_member, del_member, change_owner, ...
    happened_at = models.DateTimeField()
    hashes = ArrayField(models.BinaryField(max_length=HASH_BYTES), default=list)  # of the members it speaks of
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(done_at=None), name="wecom_callbacks_to_do"),
            models.Index(fields=["chat_id", "happened_at"], name="wecom_callbacks_of_a_group"),
        ]
