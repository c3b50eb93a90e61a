from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0196_make_month")]

    operations = [
        # With a default of the database, so that processes of the release before can go on writing.
        migrations.AddField(
            model_name="outboxmessage",
            name="request_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
    ]
