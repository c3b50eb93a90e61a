"""An invitation to join a team by a link; the secret of the link is stored as a digest only."""

from django.db import models
from django.db.models import Q

from groups.access import ScopedQuerySet
from groups.models.people import Membership, Team, User


class InvitationQuerySet(ScopedQuerySet):
    def open_at(self, now):
        """Invitations that can still be accepted."""
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """One person may join one team in one role, once."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=10, choices=Membership.Role)
    name = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    link_digest = models.CharField(max_length=64)  # SHA-256 of the secret, hexadecimal
    token = models.UUIDField(unique=True)  # made with the form: sent twice, it makes one invitation
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an invitation is used or revoked, not both", condition=Q(used_at=None) | Q(revoked_at=None)
            ),
            models.CheckConstraint(
                name="who used an invitation did so at a time", condition=Q(used_by=None) | Q(used_at__isnull=False)
            ),
            models.CheckConstraint(
                name="who revoked an invitation did so at a time",
                condition=Q(revoked_by=None) | Q(revoked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an invitation expires after it was made", condition=Q(expires_at__gt=models.F("made_at"))
            ),
            models.CheckConstraint(
                name="an invitation keeps a digest of 64 digits", condition=Q(link_digest__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or f"#{self.pk}"
