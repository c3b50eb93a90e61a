"""Where a person is signed in, so that the person and administrators can see it and end it."""

from django.db import models

from groups.models.people import User


class PersonSession(models.Model):
    """One browser in which a person is signed in. Without the row of the same key in the session table it is over."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=300, blank=True)  # the User-Agent as sent
    address = models.GenericIPAddressField(null=True)  # null: not known
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="sessions_of_a_person")]


class Attempts(models.Model):
    """How often something was tried within a window, for what must not be tried without end."""

    key = models.CharField(max_length=120, primary_key=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField()
