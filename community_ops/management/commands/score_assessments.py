"""`manage.py score_assessments`: what the nights teach about plans, by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from community_ops import learning


class Command(BaseCommand):
    help = "Gather what groups teach and score verdicts whose 90 days or end have come. Repeating it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        done = learning.learn(now=now, today=timezone.localdate(now), again=True)
        self.stdout.write(f"{done['experience']} groups taught, {done['scores']} verdicts scored")
