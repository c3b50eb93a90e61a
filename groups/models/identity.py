"""Who a person is at the company's identity provider, for single sign-on."""

from django.db import models

from groups.models.people import User


class Identity(models.Model):
    """The account that a subject of a provider signs in to. It holds until an administrator separates the two."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="a subject signs in to one account"),
            models.UniqueConstraint(fields=["user", "issuer"], name="an account is of one subject of an issuer"),
        ]
