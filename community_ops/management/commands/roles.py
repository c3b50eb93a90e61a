"""`manage.py roles`: prints, or applies, who may do what in the database."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from community_ops.database_roles import NoName, apply, statements


class Command(BaseCommand):
    help = "Print the grants that split the database between owner, app and reader; --apply runs them as the owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--owner", help="who owns the tables; usually the user of DATABASE_URL here")
        parser.add_argument("--app", default="community_ops_app")
        parser.add_argument("--reader", default="community_ops_reader")
        parser.add_argument("--apply", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        given = connection.settings_dict
        try:
            sql = statements(
                owner=options["owner"] or given["USER"],
                app=options["app"],
                reader=options["reader"],
                database=given["NAME"],
            )
        except NoName as name:
            raise CommandError(f"{name} is no name for a role: lower case letters, digits and _") from None
        if options["apply"]:
            with transaction.atomic():
                apply(sql)
            self.stdout.write(
                f"{len(sql)} statements applied. Give the roles passwords, and the app's to DATABASE_URL."
            )
        else:
            self.stdout.write(";\n".join(sql) + ";")
