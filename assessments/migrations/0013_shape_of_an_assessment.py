from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0012_rule_sets"),
        ("groups", "0003_ledger_constraints_and_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="shape",
            field=models.CharField(blank=True, max_length=20),
        ),
    ]
