import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

WEEKDAYS = [
    (0, "Monday"),
    (1, "Tuesday"),
    (2, "Wednesday"),
    (3, "Thursday"),
    (4, "Friday"),
    (5, "Saturday"),
    (6, "Sunday"),
]
KINDS = [
    ("dying", "A group is dying, a case was opened"),
    ("relapse", "A group relapses after a case"),
    ("declining", "A group begins to decline"),
    ("waiting", "A case waits too long for triage"),
    ("approval", "Something waits for your decision"),
    ("step", "A step of a case is due"),
    ("condition", "A condition of a verdict is due"),
    ("ending", "A group ends in 30, 15 or 1 days"),
    ("import", "A file that you uploaded is read, done or refused"),
    ("weekly", "The weekly report is there"),
    ("night", "The nightly run is late"),
    ("robot", "A robot cannot deliver"),
]


class Migration(migrations.Migration):
    dependencies = [("groups", "0140_one_fingerprint_of_headers")]

    operations = [
        migrations.CreateModel(
            name="ReportDay",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="report_day",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("weekday", models.PositiveSmallIntegerField(choices=WEEKDAYS, default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="a report comes on a weekday")
                ]
            },
        ),
        migrations.CreateModel(
            name="SharedReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField()),
                ("contents", models.JSONField()),
                ("link_digest", models.CharField(max_length=64, unique=True)),
                ("password", models.CharField(blank=True, max_length=128)),
                ("token", models.UUIDField(editable=False, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.team"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["made_by", "-id"], name="reports_shared_by_a_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", django.db.models.expressions.F("made_at"))),
                        name="a shared report ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("revoked_at", None), ("revoked_by__isnull", False), _connector="XOR"),
                        name="a revoked report says by whom",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="robot",
            name="weekly_on",
            field=models.PositiveSmallIntegerField(blank=True, choices=WEEKDAYS, null=True),
        ),
        migrations.AddConstraint(
            model_name="robot",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekly_on", None), ("weekly_on__lte", 6), _connector="OR"),
                name="a robot reports on a weekday",
            ),
        ),
        migrations.AlterField(model_name="notice", name="kind", field=models.CharField(choices=KINDS, max_length=12)),
        migrations.AlterField(
            model_name="noticechoice", name="kind", field=models.CharField(choices=KINDS, max_length=12)
        ),
    ]
