"""People keep views of lists: a name for filters, order and columns, for themselves or shared with a team."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0165_groups_by_pinyin"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=40)),
                ("query", models.CharField(blank=True, max_length=1500)),
                ("is_default", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
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
                "indexes": [models.Index(fields=["team", "page"], name="views_of_a_team")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "page", "name"), name="a person has a view of a name once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("owner", "page"),
                        name="a list opens with one view",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="a saved view has a name"
                    ),
                ],
            },
        ),
    ]
