"""run_night: all stages for the nights that are missing, in this process; or for a span of days once more."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lifecycle import endings, nights, outages, pipeline
from lifecycle.models import NightFault
from lifecycle.quarantine import PUT_ASIDE
from lifecycle.stage import Tally


class Command(BaseCommand):
    help = (
        "Judge every group for the nights that are missing (default: through yesterday), and groups whose past changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help="first day; all days from here are judged anew")
        parser.add_argument("--through", type=date.fromisoformat, help="last day, yesterday at the latest")
        parser.add_argument("--json", type=Path, help="write what was done to this file")

    def handle(self, *args: Any, since: date | None, through: date | None, json: Path | None, **options: Any) -> None:
        now = timezone.now()
        yesterday = timezone.localdate(now) - timedelta(days=1)
        through = through or yesterday
        if through > yesterday:
            raise CommandError(f"{through} is not over yet")
        if since and since > through:
            raise CommandError(f"{since} lies after {through}")
        days = nights.days_between(since, through) if since else nights.missing_days(through)
        if days:
            outages.look_at_all(through=max(days), now=now)
        nights.open_nights(days, now=now, again=since is not None)
        try:
            done = pipeline.run_to_the_end(now=now)
        except pipeline.StillClaimed:
            raise CommandError("other workers hold pieces of the nights and do not finish them") from None
        endings.freshen(now=now)
        report = report_of(done, len(days))
        for stage in report["stages"]:
            self.stdout.write("{stage:<10} {days:>6} days {rows:>10} rows {seconds:>9.2f} s".format(**stage))
        self.stdout.write(f"{done.group_days} group-days; put aside: {report['groups_put_aside']}")
        if json:
            write(json, report)


def report_of(done: Tally, nights_opened: int) -> dict[str, Any]:
    """What was done as plain values; `days` of a stage are the different days that it ran over."""
    return {
        "nights_opened": nights_opened,
        "first_day": min(done.days).isoformat() if done.days else None,
        "last_day": max(done.days).isoformat() if done.days else None,
        "group_days": done.group_days,
        "stages": [
            {"stage": name, "days": len(done.days), "rows": done.rows[name], "seconds": round(seconds, 3)}
            for name, seconds in done.seconds.items()
        ],
        "groups_put_aside": NightFault.objects.filter(state__in=PUT_ASIDE).values("group").distinct().count(),
    }


def write(path: Path, report: dict[str, Any]) -> None:
    path.write_text(json.dumps(report, indent=1) + "\n")
