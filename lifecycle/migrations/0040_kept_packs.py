from django.db import migrations, models

# The bytes do not compress.
STORAGE = """
ALTER TABLE lifecycle_keptpack
    ALTER groups SET STORAGE EXTERNAL, ALTER memory SET STORAGE EXTERNAL, ALTER links SET STORAGE EXTERNAL,
    ALTER days SET STORAGE EXTERNAL, ALTER weeks SET STORAGE EXTERNAL, ALTER acted SET STORAGE EXTERNAL;
"""


class Migration(migrations.Migration):
    """What nights keep lies together by pass. Nothing of it is moved: a group is judged once from its beginning."""

    dependencies = [("lifecycle", "0036_outages_of_sources")]
    operations = [
        migrations.CreateModel(
            name="KeptPack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("first_group_id", models.IntegerField()),
                ("last_group_id", models.IntegerField()),
                ("layout", models.SmallIntegerField()),
                ("rule_version", models.SmallIntegerField()),
                ("groups", models.BinaryField()),
                ("memory", models.BinaryField()),
                ("links", models.BinaryField()),
                ("days", models.BinaryField()),
                ("weeks", models.BinaryField()),
                ("acted", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(fields=["last_group_id", "first_group_id"], name="kept_packs_of_a_range")],
            },
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.DeleteModel("KeptDay"),
    ]
