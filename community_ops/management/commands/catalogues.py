"""`manage.py catalogues`: update and compile the translations; `--check` refuses what is not complete."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community_ops import catalogues


class Command(BaseCommand):
    help = "Bring the Chinese catalogues in step with the code, and compile them"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--check", action="store_true", help="write nothing; fail if anything is not translated")
        how.add_argument("--compile", action="store_true", help="only compile what is there")

    def handle(self, *args, check: bool, compile: bool, **options) -> None:
        if check:
            faults = [fault for app in catalogues.APPS for fault in catalogues.faults_of(app)]
            faults += [*catalogues.conflicts(), *catalogues.chinese_in_the_code()]
            for fault in faults:
                self.stderr.write(fault)
            if faults:
                raise CommandError(f"{len(faults)} faults in the translations")
            return
        for app in catalogues.APPS:
            if not compile and catalogues.update(app):
                self.stdout.write(f"updated {catalogues.path_of(app).relative_to(catalogues.BASE_DIR)}")
            catalogues.compile_catalogue(app)
            if not compile:
                for fault in catalogues.faults_of(app):
                    self.stdout.write(fault)
