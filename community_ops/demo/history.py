"""Brings the days of the demo in as files, the way an operator would: counts as one sheet, who spoke as another."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from community_ops.demo.activity import Days
from community_ops.demo.company import Company
from groups.models import Team, User
from groups.sheets.limits import COMMAND
from lifecycle.coverage import Asked
from lifecycle.imports import bring_in_file
from lifecycle.models import Import

COUNTS = (
    "members", "joins", "leaves", "messages", "speakers", "ads", "filler", "incentivised", "clicks", "orders", "buyers",
)  # fmt: skip


class DemoFileRefused(RuntimeError):
    """A file of the demo was not taken: the generator and the importer disagree."""


def bring_in_history(*, company: Company, days_by_group: dict[str, Days], now: datetime, today: date) -> int:
    """Import two files per team; returns the rows that are new."""
    return bring_in_days(
        teams=company.teams,
        owner=company.people["mgr"],
        days_by_group=days_by_group,
        now=now - timedelta(hours=7),
        today=today,
    )


def bring_in_days(
    *, teams: Mapping[str, Team], owner: User, days_by_group: Mapping[str, Days], now: datetime, today: date
) -> int:
    """Import what the groups of these teams did, as two files per team; returns the rows that are new."""
    new = 0
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        for slug, team in teams.items():
            told = [days for days in days_by_group.values() if days.shape.team == slug]
            if not told:
                continue
            asked = Asked(by_group={d.shape.key: (d.days[0], d.days[-1], d.shape.platform, d.shape.name) for d in told})
            files = [_daily_sheet(Path(folder) / f"群每日数据-{team.name}.csv", told)]
            if any(day for days in told for day in days.speakers):
                files.append(_member_days(Path(folder) / f"群成员发言-{team.name}.csv", told))
            for path in files:
                upload = bring_in_file(
                    path=path,
                    team=team,
                    platform="",
                    asked=asked,
                    owner=owner,
                    limits=COMMAND,
                    now=now,
                    today=today,
                )
                if upload.state != Import.State.DONE:
                    raise DemoFileRefused(f"{path.name}: {upload.state} {upload.refusal_code} {upload.refusals[:3]}")
                new += upload.rows_new
    return new


def _daily_sheet(path: Path, told: list[Days]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["group_id", "群名", "platform", "date", *COUNTS, "revenue"])
        for days in told:
            shape, counts = days.shape, days.counts
            for place, day in enumerate(days.days):
                cells = [counts[name][place] if name in counts else "" for name in COUNTS]
                revenue = f"{counts['revenue_cents'][place] / 100:.2f}" if "revenue_cents" in counts else ""
                sheet.writerow([shape.key, shape.name, shape.platform, day.isoformat(), *cells, revenue])
    return path


def _member_days(path: Path, told: list[Days]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["group_id", "群名", "platform", "date", "member", "messages"])
        for days in told:
            for day, speakers in zip(days.days, days.speakers, strict=True):
                for member, messages in speakers:
                    sheet.writerow(
                        [days.shape.key, days.shape.name, days.shape.platform, day.isoformat(), member, messages]
                    )
    return path
