"""`manage.py sbom`: the bill of materials of this environment."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from community_ops.bill_of_materials import bill_of_materials


class Command(BaseCommand):
    help = "Print every installed package with version and licence as CycloneDX JSON."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(bill_of_materials(timezone.now()), ensure_ascii=False, indent=2))
