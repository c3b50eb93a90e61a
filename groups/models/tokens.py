"""Tokens with which other systems come in, and the answers that were given under an idempotency key."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from groups.models.people import Team, User


class Right(models.TextChoices):
    """What a token may do; the words stand in tokens for good."""

    READ = "read", _("Read groups and their health")
    ACTIVITY = "activity:write", _("Write daily figures")
    ORDERS = "orders:write", _("Write orders")
    MEMBERS = "members:write", _("Write joins and leaves")


class ApiToken(models.Model):
    """A system that may come in for some teams. Its secret is shown once and kept as a digest only.

    What it registers belongs to `person`, who is on record for what it does; it opens nothing once their account is
    closed.
    """

    name = models.CharField(_("System"), max_length=60)
    key = models.CharField(max_length=8, unique=True)  # the public half of the token
    digest = models.CharField(max_length=64)  # SHA-256, hexadecimal
    rights = ArrayField(models.CharField(max_length=20, choices=Right))
    teams = models.ManyToManyField(Team, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    form_token = models.UUIDField(unique=True)  # made with the form: sent twice, it makes one token
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)  # to the hour or so
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="a token expires after it was made", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="a token keeps a digest of 64 digits", condition=Q(digest__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="who revoked a token did so at a time", condition=Q(revoked_by=None) | Q(revoked_at__isnull=False)
            ),
            models.CheckConstraint(name="a token has a right", condition=~Q(rights=[])),
        ]

    def __str__(self) -> str:
        return self.name


class ApiAnswer(models.Model):
    """What was answered to a request with an idempotency key; written in the transaction of what it did."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    body = models.JSONField(null=True)  # null only inside the transaction that works on it
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="a token uses an idempotency key once")]
        indexes = [models.Index(fields=["made_at"], name="answers_by_age")]  # groups.tokens.forget_answers
