"""What is told to people: the notices of each person, what they want to hear of, and what goes out of the house."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models.group import Group
from groups.models.people import Team, User
from groups.models.reports import Weekday

LAST_REPORT_DAY = 28  # the last day that each month has


class NoticeKind(models.TextChoices):
    """What can be told. The order is that of the matrix."""

    DYING = "dying", _("A group is dying, a case was opened")
    RELAPSE = "relapse", _("A group relapses after a case")
    DECLINING = "declining", _("A group begins to decline")
    WAITING = "waiting", _("A case waits too long for triage")
    APPROVAL = "approval", _("Something waits for your decision")
    STEP = "step", _("A step of a case is due")
    CONDITION = "condition", _("A condition of a verdict is due")
    ENDING = "ending", _("A group ends in 30, 15 or 1 days")
    IMPORT = "import", _("Work that you started is done, or waits for you")
    WEEKLY = "weekly", _("The weekly report is there")
    MONTHLY = "monthly", _("The monthly report is there")
    NIGHT = "night", _("The nightly run is late")
    ROBOT = "robot", _("A robot cannot deliver")
    MACHINE = "machine", _("Something of the installation needs you")


class Notice(models.Model):
    """One thing that one person is told once. Made with `key`, so that gathering it again tells nothing twice."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=NoticeKind)
    key = models.CharField(max_length=120)
    subject_id = models.BigIntegerField(null=True)  # of what the kind leads to: a case, a group, an assessment, ...
    facts = models.JSONField(default=dict)  # names and days as they were; the sentence is made where it is shown
    made_at = models.DateTimeField()
    inside = models.BooleanField(default=True)  # shown in the product
    to_digest = models.BooleanField(default=False)  # waits for the daily mail
    to_mail = models.BooleanField(default=False)  # waits for a mail of its own
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="a person is told once")]
        indexes = [
            models.Index(fields=["user", "-id"], condition=Q(inside=True), name="notices_of_a_person"),
            models.Index(fields=["user"], condition=Q(inside=True, read_at=None), name="notices_unread"),
            models.Index(fields=["user"], condition=Q(to_digest=True) | Q(to_mail=True), name="notices_to_send"),
        ]


class NoticeChoice(models.Model):
    """How a person wants to hear of one kind; without a row the defaults of groups.notices hold."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=12, choices=NoticeKind)
    inside = models.BooleanField()
    in_digest = models.BooleanField()
    by_mail = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="a person chooses once per kind")]


class NoticeMute(models.Model):
    """A group of which a person wants to hear nothing more."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notice_mutes")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="a group is muted once")]


class QuietHours(models.Model):
    """When nothing is sent to a person outside the product. Without a row the defaults of the fields hold."""

    user = models.OneToOneField(User, models.CASCADE, related_name="quiet_hours", primary_key=True)
    begin = models.TimeField(default=time(21))
    end = models.TimeField(default=time(9))
    on_holidays = models.BooleanField(default=True)


class Robot(models.Model):
    """The robot of a staff chat that is told of dying groups. Its address is a secret: who has it can post there."""

    class Service(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        FEISHU = "feishu", _("Feishu")

    name = models.CharField(max_length=60)
    service = models.CharField(max_length=10, choices=Service)
    sealed_address = models.BinaryField()
    address_end = models.CharField(max_length=4)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")  # null = all teams
    language = models.CharField(max_length=10, choices=User._meta.get_field("language").choices, default="zh-hans")
    on_holidays = models.BooleanField(default=False)
    weekly_on = models.PositiveSmallIntegerField(choices=Weekday, null=True, blank=True)  # null = no weekly report
    monthly_on = models.PositiveSmallIntegerField(null=True, blank=True)  # day of the month; null = no monthly report
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=40, blank=True)  # a code; empty = paused by hand
    failing_since = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a robot reports on a weekday", condition=Q(weekly_on=None) | Q(weekly_on__lte=6)
            ),
            models.CheckConstraint(
                name="a robot reports on a day of each month",
                condition=Q(monthly_on=None) | Q(monthly_on__range=(1, LAST_REPORT_DAY)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message that leaves the house, at least once. `number` stands in its text, so a second copy is known."""

    class State(models.TextChoices):
        TODO = "todo", pgettext_lazy("a message", "Waiting")
        SENT = "sent", _("Delivered")
        FAILED = "failed", _("Given up")

    key = models.CharField(max_length=120, unique=True)
    robot = models.ForeignKey(Robot, models.CASCADE, null=True, related_name="deliveries")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    picture = models.BinaryField(null=True)  # a PNG that goes out in place of the text, to a robot that takes some
    about = models.JSONField(default=list)  # keys of the cases that a robot is told of
    state = models.CharField(max_length=6, choices=State, default=State.TODO)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)  # the last time that it went out, whatever came of it
    lease_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, blank=True)  # a code

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a message goes to a robot or a person", condition=Q(robot=None) ^ Q(user=None)
            ),
            models.CheckConstraint(name="a delivered message says when", condition=Q(state="sent") ^ Q(sent_at=None)),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="todo"), name="deliveries_to_do")]

    @property
    def number(self) -> str:
        return f"N-{self.pk:06d}"
