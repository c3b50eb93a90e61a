"""Who works here: users, teams in a tree, and the role that a user has in a team."""

from typing import Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from groups.rules.search_keys import sort_key_of


class PeopleManager(UserManager):
    use_in_migrations = False  # migrations do not hang on this class

    def create_superuser(self, *args: Any, **fields: Any) -> "User":
        """The first account (`manage.py createsuperuser`) lets the others in, so it is an administrator."""
        return super().create_superuser(*args, **{"is_administrator": True} | fields)


class PersonSortKeyField(models.CharField):
    """The pinyin of a person's name, worked out whenever the row is saved, whoever saves it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 240, "default": "", "editable": False} | kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = sort_key_of(str(model_instance))
        setattr(model_instance, self.attname, key)
        return key


class User(AbstractUser):
    """A person who signs in. Roles come from memberships; an administrator sees every team."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("Like the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class DeltaColours(models.TextChoices):
        NEUTRAL = "neutral", _("Neutral")
        RED_UP = "red_up", _("Red up, green down")
        GREEN_UP = "green_up", _("Green up, red down")

    first_name = last_name = None
    display_name = models.CharField(_("Name"), max_length=60)
    sort_key = PersonSortKeyField()  # people are listed by it
    is_administrator = models.BooleanField(_("Administrator"), default=False)
    language = models.CharField(max_length=10, blank=True, choices=[("zh-hans", "简体中文"), ("en", "English")])
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    delta_colours = models.CharField(max_length=8, choices=DeltaColours, default=DeltaColours.NEUTRAL)
    shortcuts_enabled = models.BooleanField(default=True)
    # What holds before the first WeeklyCapacity; groups/weekly_hours.py says what holds on a day.
    weekly_hours = models.DecimalField(_("Weekly hours for groups"), max_digits=5, decimal_places=1, default=40)
    is_demo = models.BooleanField(default=False)

    objects = PeopleManager()

    REQUIRED_FIELDS = ["email", "display_name"]

    class Meta:
        indexes = [models.Index(fields=["sort_key", "id"], name="people_by_name")]  # community_ops.people.listing
        constraints = [
            models.CheckConstraint(
                name="weekly hours lie within a week", condition=models.Q(weekly_hours__range=(0, 168))
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def as_listed(self) -> str:
        """The name, and that the account is disabled where it is."""
        return str(self) if self.is_active else gettext("%(person)s (account disabled)") % {"person": self}

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class WeeklyCapacity(models.Model):
    """Hours a week that a person has for groups from a day on, until the next row. User.weekly_hours holds before."""

    person = models.ForeignKey(User, models.CASCADE, related_name="weekly_capacities")
    hours = models.DecimalField(max_digits=5, decimal_places=1)
    from_on = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "from_on"], name="weekly hours take over once on a day"),
            models.CheckConstraint(
                name="dated weekly hours lie within a week", condition=models.Q(hours__range=(0, 168))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours} h from {self.from_on}"


class Team(models.Model):
    """A team; the unit of access. A manager of a team also sees the teams below it."""

    name = models.CharField(_("Team"), max_length=60)
    slug = models.SlugField(unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a team is not its own parent", condition=~models.Q(parent=models.F("id")))
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """The role of a user in a team."""

    class Role(models.TextChoices):
        OPERATOR = "operator", _("Operator")
        MANAGER = "manager", _("Manager")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="a user has one role in a team")]
