"""The currency of a line is that of the installation, no longer always CNY."""

from django.db import migrations, models

import groups.models.money


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0085_authenticator_apps"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="ledgerline",
            name="the currency is known",
        ),
        migrations.AlterField(
            model_name="ledgerline",
            name="amount",
            field=models.DecimalField(decimal_places=2, max_digits=14, verbose_name="Amount"),
        ),
        migrations.AlterField(
            model_name="ledgerline",
            name="currency",
            field=models.CharField(default=groups.models.money.own_currency, max_length=3),
        ),
        migrations.AlterField(
            model_name="shoporder",
            name="amount",
            field=models.DecimalField(decimal_places=2, max_digits=14, verbose_name="Amount"),
        ),
        migrations.AddConstraint(
            model_name="ledgerline",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="a currency is a code of three letters"
            ),
        ),
    ]
