"""Secrets of authenticator apps move into a table of ours, sealed; the table that held them in clear goes."""

from binascii import unhexlify

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import groups.models.authenticator
from groups.sealing import seal

WHETHER = "SELECT to_regclass('otp_totp_totpdevice') IS NOT NULL"
# Of a person's confirmed ones the newest counts; none has more, as the second step was always set up.
IN_CLEAR = """
    SELECT DISTINCT ON (user_id, confirmed) user_id, name, confirmed, key, drift, last_t, throttling_failure_timestamp,
        throttling_failure_count, created_at, last_used_at
    FROM otp_totp_totpdevice ORDER BY user_id, confirmed, id DESC
"""
KEEP = """
    INSERT INTO groups_authenticatorapp (user_id, name, confirmed, sealed, drift, last_t, throttling_failure_timestamp,
        throttling_failure_count, created_at, last_used_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def take_over(apps, schema_editor):
    """Seal the secrets that stand in clear. Without that table (a new installation) there is nothing to do."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(WHETHER)
        if not cursor.fetchone()[0]:
            return
        cursor.execute(IN_CLEAR)
        for user, name, confirmed, key, *rest in cursor.fetchall():
            cursor.execute(KEEP, [user, name, confirmed, seal(unhexlify(key)), *rest])
        cursor.execute("DROP TABLE otp_totp_totpdevice")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'otp_totp'")


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0082_columns_of_orders"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuthenticatorApp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The human-readable name of this device.", max_length=64)),
                ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                (
                    "throttling_failure_timestamp",
                    models.DateTimeField(
                        blank=True,
                        default=None,
                        help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                        null=True,
                    ),
                ),
                (
                    "throttling_failure_count",
                    models.PositiveIntegerField(default=0, help_text="Number of successive failed attempts."),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        help_text="The date and time when this device was initially created in the system.",
                        null=True,
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        blank=True, help_text="The most recent date and time this device was used.", null=True
                    ),
                ),
                ("sealed", models.BinaryField(default=groups.models.authenticator.new_secret)),
                ("drift", models.SmallIntegerField(default=0)),
                ("last_t", models.BigIntegerField(default=-1)),
                (
                    "user",
                    models.ForeignKey(
                        help_text="The user that this device belongs to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed", True)),
                        fields=("user",),
                        name="a person has one authenticator app",
                    )
                ],
            },
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop, elidable=True),
    ]
