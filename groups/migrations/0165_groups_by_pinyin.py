"""Groups are found by the pinyin of their names as people type it, in one piece."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0160_pictures_of_messages")]

    operations = [
        migrations.AddIndex(
            model_name="group",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Replace("sort_key", models.Value(" ")), "text_pattern_ops"
                ),
                name="group_pinyin",
            ),
        ),
    ]
