# When a message went out last, so that failed attempts count against the limit of a service as well.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0100_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="tried_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("dying", "A group is dying, a case was opened"),
                    ("relapse", "A group relapses after a case"),
                    ("declining", "A group begins to decline"),
                    ("waiting", "A case waits too long for triage"),
                    ("approval", "Something waits for your decision"),
                    ("step", "A step of a case is due"),
                    ("condition", "A condition of a verdict is due"),
                    ("ending", "A group ends in 30, 15 or 1 days"),
                    ("import", "A file that you uploaded is read, done or refused"),
                    ("night", "The nightly run is late"),
                    ("robot", "A robot cannot deliver"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="noticechoice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("dying", "A group is dying, a case was opened"),
                    ("relapse", "A group relapses after a case"),
                    ("declining", "A group begins to decline"),
                    ("waiting", "A case waits too long for triage"),
                    ("approval", "Something waits for your decision"),
                    ("step", "A step of a case is due"),
                    ("condition", "A condition of a verdict is due"),
                    ("ending", "A group ends in 30, 15 or 1 days"),
                    ("import", "A file that you uploaded is read, done or refused"),
                    ("night", "The nightly run is late"),
                    ("robot", "A robot cannot deliver"),
                ],
                max_length=12,
            ),
        ),
    ]
