"""The machine: Python, room on the disk, the fonts of reports, and whether its clock is that of the database."""

from __future__ import annotations

import shutil
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessments.report import files
from community_ops.doctor.findings import Finding, fault, good, note
from lifecycle.rules.calendar import years_asked_for, years_lacking

PACKAGES = ("django", "celery", "redis", "psycopg2-binary")
LITTLE_BYTES, TOO_LITTLE_BYTES = 2_000_000_000, 200_000_000
SKEW_SECONDS, TOO_MUCH_SKEW_SECONDS = 2.0, 30.0
FONTS = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")


def look(today: date) -> list[Finding]:
    return [
        good(
            "python", f"Python {sys.version.split()[0]}, " + ", ".join(f"{name} {version(name)}" for name in PACKAGES)
        ),
        of_disk(settings.LOCAL_DIR, shutil.disk_usage(settings.LOCAL_DIR).free),
        of_fonts(Path(files.__file__).parent / "fonts"),
        *of_calendar(today),
    ]


def of_disk(folder: Path, free: int) -> Finding:
    said = format_lazy(_("{free} GB are free in {folder}"), free=f"{free / 1e9:.1f}", folder=folder)
    remedy = _("Delete old backups and logs, or give the disk more room")
    if free < TOO_LITTLE_BYTES:
        return fault("disk", said, remedy)
    return note("disk", said, remedy) if free < LITTLE_BYTES else good("disk", said)


def of_fonts(folder: Path) -> Finding:
    lacking = [name for name in FONTS if not (folder / name).exists()]
    if lacking:
        return fault(
            "fonts",
            format_lazy(_("The fonts of reports are missing: {names}"), names=", ".join(lacking)),
            _("Copy the files of the release again"),
        )
    return good("fonts", _("The fonts of reports are there; no browser is needed for them"))


def of_clock(skew: float) -> Finding:
    """`skew` is how many seconds this machine is ahead of the database."""
    said = format_lazy(_("This machine and the database are {seconds} s apart"), seconds=f"{abs(skew):.1f}")
    remedy = _("Switch on time synchronisation (chrony or systemd-timesyncd) on both machines")
    if abs(skew) > TOO_MUCH_SKEW_SECONDS:
        return fault("clock", said, remedy)
    return note("clock", said, remedy) if abs(skew) > SKEW_SECONDS else good("clock", said)


def of_calendar(today: date) -> list[Finding]:
    """Whether working days are known: this year, and from December on the next one too."""
    unknown = years_lacking(today)
    if not unknown:
        years = ", ".join(map(str, years_asked_for(today)))
        return [good("calendar", format_lazy(_("The working days of {years} are known"), years=years))]
    said = format_lazy(
        _("The make-up workdays of {years} are not known; weekends count as days off"),
        years=", ".join(map(str, unknown)),
    )
    remedy = _(
        "Update the package chinesecalendar once the schedule is published; the holidays page tells of each year"
    )
    return [note("calendar", said, remedy)]
