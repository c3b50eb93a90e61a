"""What counts as an advert in a group, in words of those who run it."""

from django.db import models

from groups.models import Group, User


class AdvertList(models.Model):
    """Words and links that make a message of the group an advert, and exceptions; for files read from then on."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="advert_list")
    words = models.JSONField()
    exceptions = models.JSONField(default=list)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="a list of adverts names a word", condition=~models.Q(words=[]))]
