"""Backup codes move into a table of ours, sealed; the tables that held them in clear go."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from groups.sealing import seal

WHETHER = "SELECT to_regclass('otp_static_staticdevice') IS NOT NULL"
# Of a person's devices the newest counts; none has more, as the second step was always set up.
IN_CLEAR = """
    SELECT DISTINCT ON (d.user_id) d.user_id, d.name, d.confirmed,
        (SELECT string_agg(t.token, E'\\n' ORDER BY t.id) FROM otp_static_statictoken t WHERE t.device_id = d.id),
        d.throttling_failure_timestamp, d.throttling_failure_count, d.created_at, d.last_used_at
    FROM otp_static_staticdevice d ORDER BY d.user_id, d.id DESC
"""
KEEP = """
    INSERT INTO groups_backupcodes (user_id, name, confirmed, sealed, throttling_failure_timestamp,
        throttling_failure_count, created_at, last_used_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def take_over(apps, schema_editor):
    """Seal the codes that stand in clear. Without that table (a new installation) there is nothing to do."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(WHETHER)
        if not cursor.fetchone()[0]:
            return
        cursor.execute(IN_CLEAR)
        for user, name, confirmed, codes, *rest in cursor.fetchall():
            cursor.execute(KEEP, [user, name, confirmed, seal((codes or "").encode()), *rest])
        cursor.execute("DROP TABLE otp_static_statictoken, otp_static_staticdevice")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'otp_static'")


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0110_when_a_message_was_tried"),
    ]

    operations = [
        migrations.CreateModel(
            name="BackupCodes",
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
                ("sealed", models.BinaryField()),
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
                "constraints": [models.UniqueConstraint(fields=("user",), name="a person has one set of backup codes")],
            },
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop, elidable=True),
    ]
