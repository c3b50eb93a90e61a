import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0071_weekly_capacity"),
        ("lifecycle", "0023_words_of_sources"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WecomCallback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BinaryField(max_length=32, unique=True)),
                ("chat_id", models.CharField(max_length=120)),
                ("change", models.CharField(max_length=10)),
                ("detail", models.CharField(blank=True, max_length=20)),
                ("happened_at", models.DateTimeField()),
                (
                    "hashes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BinaryField(max_length=16), default=list, size=None
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("done_at", None)), fields=["id"], name="wecom_callbacks_to_do"),
                    models.Index(fields=["chat_id", "happened_at"], name="wecom_callbacks_of_a_group"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WecomOwner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("userid", models.CharField(max_length=64, unique=True)),
                ("registers", models.BooleanField(default=False)),
                ("first_seen_at", models.DateTimeField()),
                ("asked_through", models.DateField(null=True)),
                ("trouble_code", models.IntegerField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="groups.team"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WecomGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chat_id", models.CharField(max_length=120, unique=True)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("owner_since", models.DateField(null=True)),
                ("made_on", models.DateField(null=True)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("members", models.IntegerField(null=True)),
                ("listed_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("watched_since", models.DateTimeField(null=True)),
                ("dismissed_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("trouble_code", models.IntegerField(null=True)),
                (
                    "group",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="groups.group"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="lifecycle.wecomowner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WecomOwnerDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "owner_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("new_chats", models.IntegerField()),
                ("chats", models.IntegerField()),
                ("chats_with_messages", models.IntegerField()),
                ("new_members", models.IntegerField()),
                ("members", models.IntegerField()),
                ("members_with_messages", models.IntegerField()),
                ("messages", models.BigIntegerField()),
                ("told_at", models.DateTimeField()),
                (
                    "credited_to",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="groups.group"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="days", to="lifecycle.wecomowner"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WecomRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("opened_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("list", "List"),
                            ("members", "Members"),
                            ("figures", "Figures"),
                            ("credit", "Credit"),
                            ("done", "Done"),
                        ],
                        default="list",
                        max_length=7,
                    ),
                ),
                ("groups_read", models.IntegerField(default=0)),
                ("groups_refused", models.IntegerField(default=0)),
                ("groups_registered", models.IntegerField(default=0)),
                ("owner_days", models.IntegerField(default=0)),
                ("overtaken", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WecomStay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hash", models.BinaryField(max_length=16)),
                ("is_staff", models.BooleanField()),
                ("scene", models.PositiveSmallIntegerField(default=0)),
                ("joined_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                ("joined_on", models.DateField()),
                ("left_on", models.DateField(null=True)),
                (
                    "chat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stays", to="lifecycle.wecomgroup"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WecomStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("list", "List"),
                            ("read", "Read"),
                            ("backfill", "Backfill"),
                            ("yesterday", "Yesterday"),
                            ("credit", "Credit"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                ("cursor", models.CharField(blank=True, max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[("todo", "Todo"), ("done", "Done"), ("given_up", "Given Up")],
                        default="todo",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("not_before", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=20)),
                ("trouble_code", models.IntegerField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="lifecycle.wecomrun"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WecomConnection",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("corp_id", models.CharField(max_length=64)),
                ("sealed_secret", models.BinaryField(default=b"")),
                ("sealed_callback_token", models.BinaryField(default=b"")),
                ("sealed_callback_key", models.BinaryField(default=b"")),
                ("sealed_token", models.BinaryField(default=b"")),
                ("token_number", models.IntegerField(default=0)),
                ("token_until", models.DateTimeField(null=True)),
                (
                    "counting",
                    models.CharField(
                        choices=[
                            ("auto", "Find out from the figures"),
                            ("daily", "Each figure is that of one day"),
                            ("running", "Each figure is a running total"),
                        ],
                        default="auto",
                        max_length=7,
                    ),
                ),
                ("seen_daily_on", models.DateField(null=True)),
                ("by_owner", models.BooleanField(default=False)),
                ("connected_at", models.DateTimeField()),
                ("paused_at", models.DateTimeField(null=True)),
                ("last_answer_at", models.DateTimeField(null=True)),
                ("last_success_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=20)),
                ("trouble_code", models.IntegerField(null=True)),
                ("trouble_at", models.DateTimeField(null=True)),
                ("wait_until", models.DateTimeField(null=True)),
                ("last_callback_at", models.DateTimeField(null=True)),
                (
                    "connected_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="there is one connection to WeCom")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="wecomowner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person", None), ("team", None)),
                    models.Q(("person__isnull", False), ("team__isnull", False)),
                    _connector="OR",
                ),
                name="a WeCom owner belongs to a team and a person or to neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="wecomowner",
            constraint=models.CheckConstraint(
                condition=models.Q(("registers", False), ("team__isnull", False), _connector="OR"),
                name="groups are registered by themselves only into a team",
            ),
        ),
        migrations.AddIndex(
            model_name="wecomgroup",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="wecom_groups_due"
            ),
        ),
        migrations.AddIndex(
            model_name="wecomgroup",
            index=models.Index(fields=["owner", "id"], name="wecom_groups_of_an_owner"),
        ),
        migrations.AddIndex(
            model_name="wecomownerday",
            index=models.Index(fields=["day"], name="wecom_owner_days_by_day"),
        ),
        migrations.AddConstraint(
            model_name="wecomrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("by", None)), fields=("day",), name="a WeCom run of the clock is once a day"
            ),
        ),
        migrations.AddConstraint(
            model_name="wecomrun",
            constraint=models.UniqueConstraint(
                models.Value(1), condition=models.Q(("done_at", None)), name="one WeCom run is open at a time"
            ),
        ),
        migrations.AddIndex(
            model_name="wecomstay",
            index=models.Index(fields=["chat", "left_on"], name="wecom_stays_by_end"),
        ),
        migrations.AddConstraint(
            model_name="wecomstay",
            constraint=models.UniqueConstraint(
                fields=("chat", "hash", "joined_at"), name="a stay in a WeCom group begins once"
            ),
        ),
        migrations.AddConstraint(
            model_name="wecomstay",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at", None)), fields=("chat", "hash"), name="a member is in a WeCom group once"
            ),
        ),
        migrations.AddConstraint(
            model_name="wecomstay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_at", None), ("left_on", None)),
                    models.Q(("left_at__gte", models.F("joined_at")), ("left_on__isnull", False)),
                    _connector="OR",
                ),
                name="a stay in a WeCom group ends after it begins",
            ),
        ),
        migrations.AddIndex(
            model_name="wecomstep",
            index=models.Index(condition=models.Q(("state", "todo")), fields=["run", "id"], name="wecom_steps_to_do"),
        ),
    ]
