from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0205_forgotten_people"),
    ]

    operations = [
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
                    ("weekly", "The weekly report is there"),
                    ("monthly", "The monthly report is there"),
                    ("night", "The nightly run is late"),
                    ("robot", "A robot cannot deliver"),
                    ("machine", "Something of the installation needs you"),
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
                    ("weekly", "The weekly report is there"),
                    ("monthly", "The monthly report is there"),
                    ("night", "The nightly run is late"),
                    ("robot", "A robot cannot deliver"),
                    ("machine", "Something of the installation needs you"),
                ],
                max_length=12,
            ),
        ),
    ]
