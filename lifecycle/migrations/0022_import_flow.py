import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0071_weekly_capacity"),
        ("lifecycle", "0011_packed_evidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ColumnPreset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("header", models.CharField(max_length=32)),
                ("columns", models.JSONField()),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="GroupAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=160)),
            ],
        ),
        migrations.CreateModel(
            name="ImportUndo",
            fields=[
                (
                    "upload",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="undo",
                        serialize=False,
                        to="lifecycle.import",
                    ),
                ),
                ("written", models.BinaryField()),
                ("replaced", models.BinaryField()),
                ("acts", models.BinaryField()),
                ("spans", models.JSONField(default=list)),
                ("groups_made", models.JSONField(default=list)),
                ("delete_after", models.DateField()),
            ],
        ),
        migrations.AddField(
            model_name="import",
            name="attempts_before",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="import",
            name="choice",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="import",
            name="decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="import",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="encoding",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="import",
            name="group_choices",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="import",
            name="is_table",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="import",
            name="preview",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="import",
            name="undo_outcome",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="import",
            name="undone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="import",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="importfile",
            name="sealed_peek",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="importfile",
            name="sealed_refused",
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="import",
            name="state",
            field=models.CharField(
                choices=[
                    ("uploaded", "Uploaded"),
                    ("looking", "Being looked at"),
                    ("ready", "Waiting for your decision"),
                    ("queued", "Queued"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("refused", "Refused"),
                    ("repeated", "Already imported"),
                    ("dropped", "Dropped"),
                    ("undone", "Undone"),
                ],
                default="uploaded",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "undone"), ("undone_at__isnull", False), ("undone_by__isnull", False)),
                    models.Q(models.Q(("state", "undone"), _negated=True), ("undone_at", None), ("undone_by", None)),
                    _connector="OR",
                ),
                name="an undone import says by whom",
            ),
        ),
        migrations.AddField(
            model_name="columnpreset",
            name="saved_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="columnpreset",
            name="team",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.team"),
        ),
        migrations.AddField(
            model_name="groupalias",
            name="group",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group"),
        ),
        migrations.AddField(
            model_name="groupalias",
            name="team",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.team"),
        ),
        migrations.AddConstraint(
            model_name="columnpreset",
            constraint=models.UniqueConstraint(fields=("team", "header"), name="a header row is read in one way"),
        ),
        migrations.AddConstraint(
            model_name="groupalias",
            constraint=models.UniqueConstraint(fields=("team", "key"), name="a name in files means one group"),
        ),
    ]
