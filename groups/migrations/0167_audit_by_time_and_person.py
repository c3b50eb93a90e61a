"""The record is read by time and by person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0166_saved_views")]

    operations = [
        migrations.AddIndex(model_name="auditentry", index=models.Index(fields=["at", "id"], name="audit_by_time")),
        migrations.AddIndex(
            model_name="auditentry", index=models.Index(fields=["actor_id", "at", "id"], name="audit_of_a_person")
        ),
    ]
