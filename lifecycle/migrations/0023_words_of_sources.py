import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0071_weekly_capacity"),
        ("lifecycle", "0022_import_flow"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="JudgedAnew",
            fields=[
                (
                    "group",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="groups.group",
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="importundo",
            name="told",
            field=models.BinaryField(default=b""),
        ),
        migrations.CreateModel(
            name="PreferredSource",
            fields=[
                (
                    "group",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="preferred_source",
                        serialize=False,
                        to="groups.group",
                    ),
                ),
                ("chosen_at", models.DateTimeField()),
                (
                    "chosen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lifecycle.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SourceDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group_id", models.IntegerField()),
                ("day", models.DateField()),
                ("known", models.SmallIntegerField()),
                ("members", models.IntegerField()),
                ("joins", models.IntegerField()),
                ("leaves", models.IntegerField()),
                ("messages", models.IntegerField()),
                ("speakers", models.IntegerField()),
                ("clicks", models.IntegerField()),
                ("orders", models.IntegerField()),
                ("buyers", models.IntegerField()),
                ("ads", models.IntegerField()),
                ("revenue_cents", models.BigIntegerField()),
                ("batch_id", models.IntegerField()),
                ("turn", models.BigIntegerField()),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lifecycle.source"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("group_id", "day", "source"), name="a source says one thing of a day"
                    )
                ],
            },
        ),
    ]
