"""A community group and the plan that it is judged by."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.people import Team, User
from groups.rules.search_keys import grams_of


class Platform(models.TextChoices):
    WECOM = "wecom", _("WeCom customer group")
    WECHAT = "wechat", _("Personal WeChat")
    ZSXQ = "zsxq", _("Zsxq")
    QQ = "qq", _("QQ group")
    DINGTALK = "dingtalk", _("DingTalk or Feishu")
    TELEGRAM = "telegram", "Telegram"
    SLACK = "slack", "Slack"
    WHATSAPP = "whatsapp", "WhatsApp"
    DISCORD = "discord", "Discord"
    ZULIP = "zulip", "Zulip"
    GITTER = "gitter", "Gitter"
    IRC = "irc", "IRC"
    MAIL = "mail", _("Mailing list")
    OTHER = "other", _("Other")


class Layer(models.TextChoices):
    NONE = "none", _("Not in a funnel")
    MASS = "mass", _("Mass group")
    COURSE = "course", _("Course group")
    VIP = "vip", _("VIP group")


class Monetization(models.TextChoices):
    PAID_ACCESS = "paid_access", _("Paid access")
    FLASH_SALE = "flash_sale", _("Selling group · flash")
    REPURCHASE = "repurchase", _("Selling group · repurchase")
    NEW_CUSTOMER = "new_customer", _("Selling group · new customers")
    SPONSORSHIP = "sponsorship", _("Sponsorship")
    NONE = "none", _("Not commercial")


class ActivityKind(models.TextChoices):
    CONVERSATION = "conversation", _("Conversation-active")
    TRANSACTION = "transaction", _("Transaction-active")


class Lifespan(models.TextChoices):
    FLASH = "flash", _("Flash")
    BOUNDED = "bounded", _("Bounded")
    LASTING = "lasting", _("Lasting")


class Signal(models.TextChoices):
    SPEAKERS_7 = "speakers_7", _("Share of members who said something of value in 7 days")
    ANSWERED_24H = "answered_24h", _("Share of questions answered within 24 hours")
    MEMBER_POSTS_7 = "member_posts_7", _("Posts by members in 7 days")
    CLICKERS_7 = "clickers_7", _("Share of members who clicked in 7 days")
    BUYERS_7 = "buyers_7", _("Share of members who ordered in 7 days")
    REPURCHASE_30 = "repurchase_30", _("Repurchase rate in 30 days")


# The sort key in one piece, as people type it: 宝妈交流 -> baomajiaoliu.
PINYIN = Replace("sort_key", Value(" "))


class GroupQuerySet(ScopedQuerySet):
    def running(self):
        """Groups in the registry that are neither closed nor archived."""
        return self.filter(closed_on=None, archived_at=None)

    def owned_by(self, user: User):
        """Groups that the user looks after, as owner or beside the owner."""
        return self.filter(Q(owner=user) | Q(pk__in=user.co_ownerships.values("group")))

    def same_named(self, team: Team, owner: User, name: str):
        """Groups of the registry that this owner has under this name in the team: probably the same one."""
        return self.filter(team=team, owner=owner, name=name, archived_at=None)

    def named_like(self, text: str):
        """Groups whose name or theme contains each word of a text (any length, any case), or that sound so.

        They sound so where the pinyin of the name begins with the word, whole (`bao ma`) or by initials (`bm`).
        """
        words = text.lower().split()
        where = Q()
        for word in words:
            holds = Q(grams__contains=grams_of(word)) & (Q(name__icontains=word) | Q(theme__icontains=word))
            if word.isascii():
                holds |= Q(initials__startswith=word) | Q(pinyin__startswith=word)
            where &= holds
        if len(words) > 1 and text.isascii():
            where |= Q(pinyin__startswith="".join(words))
        return self.alias(pinyin=PINYIN).filter(where)


class Group(models.Model):
    """One chat group on one platform, owned by a person of a team."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="groups")
    platform = models.CharField(_("Platform"), max_length=10, choices=Platform)
    external_id = models.CharField(_("Id on the platform"), max_length=120, blank=True)
    name = models.CharField(_("Group name"), max_length=120)
    theme = models.CharField(_("Theme"), max_length=120, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="owned_groups", verbose_name=_("Owner"))
    layer = models.CharField(_("Layer"), max_length=6, choices=Layer, default=Layer.NONE)
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name=_("Tags"))
    upstream = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="downstream")
    member_cap = models.PositiveIntegerField(_("Member cap"), null=True, blank=True)
    opened_on = models.DateField(_("Opened on"))
    closed_on = models.DateField(_("Closed on"), null=True, blank=True)
    goal_met_on = models.DateField(null=True, blank=True)
    notes = models.TextField(_("Notes"), blank=True)
    # Search and sort keys made from the name by groups.search_keys; see registration.
    grams = ArrayField(models.CharField(max_length=4), default=list, editable=False)
    sort_key = models.CharField(max_length=240, editable=False, default="")
    initials = models.CharField(max_length=120, editable=False, default="")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "platform", "external_id"],
                condition=~Q(external_id="") & Q(archived_at=None),
                name="a platform id is registered once per team",
            ),
            models.CheckConstraint(
                name="a group closes on or after the day it opened",
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("opened_on")),
            ),
            models.CheckConstraint(name="a group has a name", condition=~Q(name="")),
        ]
        indexes = [
            GinIndex(fields=["grams"], name="group_grams"),  # GroupQuerySet.named_like
            models.Index(fields=["team", "sort_key", "id"], name="group_by_name"),  # list sorted by name
            # GroupQuerySet.named_like, so that the index can serve the prefix beside that of the grams
            models.Index(fields=["initials"], name="group_initials", opclasses=["varchar_pattern_ops"]),
            models.Index(OpClass(PINYIN, "text_pattern_ops"), name="group_pinyin"),
            # Counting all that run (community_ops.insights.fleet, group_list) without their wide rows
            models.Index(
                fields=["team", "id"],
                include=["owner", "layer"],
                condition=Q(closed_on=None, archived_at=None),
                name="groups_that_run",
            ),
            # lifecycle.endings.NOT_KEPT: which groups are over, without a look at those that run
            models.Index(fields=["id"], condition=Q(closed_on__isnull=False), name="groups_that_are_closed"),
            # Groups opened within a week (community_ops.insights.fleet.came_and_went)
            models.Index(
                fields=["opened_on"], condition=Q(closed_on=None, archived_at=None), name="groups_lately_opened"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Plan(models.Model):
    """What the group promised: how it earns, which activity, for how long, and how it ends.

    A plan is never edited: a new one supersedes it. Exactly one plan of a group is current.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="plans")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    monetization = models.CharField(_("Monetization"), max_length=12, choices=Monetization)
    activity_kind = models.CharField(_("Activity"), max_length=12, choices=ActivityKind)
    signal = models.CharField(_("Health signal"), max_length=16, choices=Signal, blank=True)
    signal_target = models.DecimalField(_("Target (%)"), max_digits=7, decimal_places=2, null=True, blank=True)
    goal_28 = models.PositiveIntegerField(_("Goal of acts in 28 days"), null=True, blank=True)
    goal_people_28 = models.PositiveIntegerField(_("Goal of different people in 28 days"), null=True, blank=True)
    lifespan = models.CharField(_("Lifespan"), max_length=8, choices=Lifespan)
    starts_on = models.DateField(_("Starts on"))
    ends_on = models.DateField(_("Ends on"), null=True, blank=True)
    renewal_on = models.DateField(_("Renewal on"), null=True, blank=True)
    mission = models.CharField(_("Mission complete when"), max_length=240, blank=True)
    weekly_hours = models.DecimalField(_("Weekly hours"), max_digits=6, decimal_places=2, null=True, blank=True)
    max_posts_per_day = models.PositiveSmallIntegerField(_("Official posts a day at most"), null=True, blank=True)
    # Hours of the day in which nothing official is posted to the members; over midnight where they end earlier.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    placements_per_month = models.PositiveSmallIntegerField(
        _("Sponsor placements a month at most"), null=True, blank=True
    )
    review_every_days = models.PositiveSmallIntegerField(_("Review every (days)"), null=True, blank=True)
    at_risk_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    revive_for_days = models.PositiveSmallIntegerField(null=True, blank=True)
    dissolve_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    dissolution_approver = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # Planned per month for this one group, yuan; null = not planned, never zero.
    planned_revenue = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    planned_cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    planned_net = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    planned_conversion = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    # Share of the members that should move on to the next layer in a month, in percent.
    promotion_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group"], condition=Q(superseded_at=None), name="a group has one current plan"
            ),
            models.CheckConstraint(
                name="a plan ends after it starts",
                condition=Q(ends_on=None) | Q(ends_on__gt=models.F("starts_on")),
            ),
            models.CheckConstraint(
                name="a plan with an end has an end date",
                condition=Q(lifespan="lasting") | Q(ends_on__isnull=False),
            ),
            models.CheckConstraint(
                name="quiet hours of a plan begin and end",
                condition=Q(quiet_from=None, quiet_to=None) | Q(quiet_from__isnull=False, quiet_to__isnull=False),
            ),
            models.CheckConstraint(
                name="a promotion is a share",
                condition=Q(promotion_percent=None) | Q(promotion_percent__range=(0, 100)),
            ),
        ]
        indexes = [  # what homes ask of all groups: which end soon, which are to be reviewed
            models.Index(fields=["ends_on"], condition=Q(superseded_at=None), name="current_plans_by_end"),
            models.Index(
                fields=["group"],
                condition=Q(superseded_at=None, review_every_days__isnull=False),
                name="current_plans_with_reviews",
            ),
        ]
