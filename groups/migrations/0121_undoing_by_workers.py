"""Changes of many groups are taken back by workers; what was undone before this says so."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0120_backup_codes_sealed"),
    ]

    operations = [
        migrations.AddField(
            model_name="registrychange",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="claim",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="gave_up",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="groups_back",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="groups_left",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="lease_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="progress_done",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="progress_total",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="state",
            field=models.CharField(
                choices=[("stands", "Stands"), ("undoing", "Being undone"), ("undone", "Undone")],
                default="stands",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="undo_asked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RunSQL(
            "UPDATE groups_registrychange SET state = 'undone' WHERE undone_at IS NOT NULL", migrations.RunSQL.noop
        ),
        migrations.AddIndex(
            model_name="registrychange",
            index=models.Index(condition=models.Q(("state", "undoing")), fields=["id"], name="changes_being_undone"),
        ),
        migrations.AddConstraint(
            model_name="registrychange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "undone"), ("undone_at__isnull", False)),
                    models.Q(models.Q(("state", "undone"), _negated=True), ("undone_at", None)),
                    _connector="OR",
                ),
                name="a change is undone since a moment or not at all",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrychange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "undoing"), _negated=True), ("undo_asked_by__isnull", False), _connector="OR"
                ),
                name="a change that is being undone says who asked",
            ),
        ),
    ]
