"""Who was forgotten, as keyed hashes alone, so that a restored backup forgets them again."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from groups.models.people import User


class Forgotten(models.Model):
    """One request that was carried out. `digests` are keyed hashes of what the person was called; no more is kept."""

    digests = ArrayField(models.BinaryField(max_length=16))
    counts = models.JSONField()  # how many rows of each kind lost the person
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="who was forgotten is known by a hash", condition=~models.Q(digests=[]))
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
