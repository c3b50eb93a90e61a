"""People are listed by the pinyin of their names; those that are there get their key."""

from django.db import migrations, models

import groups.models.people
from groups.rules.search_keys import sort_key_of


def work_out(apps, schema_editor):
    """The keys of the people that are there."""
    people = apps.get_model("groups", "User").objects
    for pk, username, name in list(people.values_list("pk", "username", "display_name")):
        people.filter(pk=pk).update(sort_key=sort_key_of(name or username))


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("groups", "0086_currency_of_the_installation"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="sort_key",
            field=groups.models.people.PersonSortKeyField(default="", editable=False, max_length=240),
        ),
        migrations.RunPython(work_out, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["sort_key", "id"], name="people_by_name"),
        ),
    ]
