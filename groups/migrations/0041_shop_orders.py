"""Orders, the rules that put them down to groups, and the lines that stand for them."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import groups.models.orders


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0040_money_months"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="AttributionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("group_key", "Mini-program group id"),
                            ("coupon", "Coupon"),
                            ("distributor", "Distributor"),
                            ("shop_point", "Shop point"),
                            ("phone", "Buyer's phone"),
                        ],
                        max_length=11,
                        verbose_name="Orders are told by",
                    ),
                ),
                ("pattern", models.CharField(max_length=120, verbose_name="Exactly this text")),
                ("shown", models.CharField(max_length=120)),
                ("valid_from", models.DateField(verbose_name="From day")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="Until day")),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attribution_rules", to="groups.group"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrderDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("orders", models.IntegerField()),
                ("superseded_at", models.DateTimeField(null=True)),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.group"
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="order_day", to="groups.ledgerline"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrderImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "shop",
                    models.CharField(
                        choices=[
                            ("youzan", "Youzan"),
                            ("weimob", "Weimob"),
                            ("jd", "JD.com"),
                            ("tmall", "Tmall or Taobao"),
                            ("other", "Another shop system"),
                        ],
                        max_length=6,
                        verbose_name="Shop system",
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("content_hash", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("looked_at", "Waiting for your confirmation"),
                            ("done", "Imported"),
                            ("dropped", "Dropped"),
                            ("repeated", "Already imported"),
                        ],
                        default="looked_at",
                        max_length=9,
                    ),
                ),
                ("rows", models.BinaryField(null=True)),
                ("rows_refused", models.IntegerField(default=0)),
                ("rows_skipped", models.IntegerField(default=0)),
                ("refusals", models.JSONField(default=list)),
                ("outcome", models.JSONField(default=dict)),
                ("uploaded_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "repeats",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="groups.orderimport",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ShopOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "shop",
                    models.CharField(
                        choices=[
                            ("youzan", "Youzan"),
                            ("weimob", "Weimob"),
                            ("jd", "JD.com"),
                            ("tmall", "Tmall or Taobao"),
                            ("other", "Another shop system"),
                        ],
                        max_length=6,
                    ),
                ),
                ("number", models.CharField(max_length=60, verbose_name="Order number")),
                ("part", models.PositiveSmallIntegerField(default=0)),
                ("paid_on", models.DateField(verbose_name="Paid on")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="Amount (CNY)")),
                ("coupon", models.CharField(blank=True, max_length=120)),
                ("distributor", models.CharField(blank=True, max_length=120)),
                ("shop_point", models.CharField(blank=True, max_length=120)),
                ("group_key", models.CharField(blank=True, max_length=120)),
                ("buyer_key", models.CharField(blank=True, max_length=32)),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shop_orders",
                        to="groups.group",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="groups.attributionrule",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.team"
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="groups.orderimport",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="attributionrule",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("withdrawn_at", None)),
                expressions=[
                    ("team", "="),
                    ("kind", "="),
                    ("pattern", "="),
                    (groups.models.orders.Days("valid_from", "valid_until", models.Value("[]")), "&&"),
                ],
                name="one rule for a text of a team at a time",
            ),
        ),
        migrations.AddConstraint(
            model_name="attributionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                ),
                name="a rule ends on or after it begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="attributionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("pattern", ""), _negated=True), name="a rule has a text to look for"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderday",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None)),
                fields=("group", "on"),
                name="one line stands for the orders of a group and day",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderimport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "done")),
                fields=("team", "shop", "content_hash"),
                name="the same orders are imported once per team",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rows__isnull", False), ("state", "looked_at")),
                    models.Q(models.Q(("state", "looked_at"), _negated=True), ("rows", None)),
                    _connector="OR",
                ),
                name="rows of a file are kept until it is decided",
            ),
        ),
        migrations.AddIndex(
            model_name="shoporder",
            index=models.Index(fields=["group", "paid_on"], name="orders_of_a_group"),
        ),
        migrations.AddIndex(
            model_name="shoporder",
            index=models.Index(
                condition=models.Q(("group", None)), fields=["team", "paid_on"], name="orders_of_no_group"
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.UniqueConstraint(
                fields=("team", "shop", "number", "part"), name="an order number is used once per team and shop"
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gte", 0), ("amount__lt", 1000000000000), ("part", 0)),
                    models.Q(("amount__lt", 0), ("part__gt", 0)),
                    _connector="OR",
                ),
                name="a sale is not negative, a refund is",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("group", None), ("rule", None)),
                    models.Q(("group__isnull", False), ("rule__isnull", False)),
                    _connector="OR",
                ),
                name="an attributed order names its rule",
            ),
        ),
    ]
