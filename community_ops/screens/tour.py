"""The pictures of docs/tour.md: six pages of the demo, small enough to be kept beside the code."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import Page

from assessments.models import Assessment
from community_ops.bootstrap import ROOT
from community_ops.screens.routes import Route, thing
from community_ops.screens.taking import Look, Visit, take, visits_of
from groups.models import Group
from lifecycle.models import HealthState

TOUR = ROOT / "docs" / "tour"
LOOK = Look("desktop", "zh-hans", "light")
LARGEST_BYTES = 60_000
QUALITIES = (80, 65, 50, 35)
ROUTES = {
    "1-home": Route("home", "mgr"),
    "2-verdict": Route("verdict", "mgr", thing(Assessment, verdicts__outcome="conditional")),
    "3-groups": Route("group-list", "mgr"),
    "4-group": Route("group-page", "mgr", thing(Group, standing__state=HealthState.DORMANT)),
    "5-cases": Route("case-board", "mgr"),
    "6-money": Route("pnl-dashboard", "mgr", query="?period=30d"),
}


class PictureTooLarge(Exception):
    """A page cannot be shown in as few bytes as a picture of the tour may have."""


def take_tour() -> list[Path]:
    """Write docs/tour/*.webp anew; returns their paths."""
    TOUR.mkdir(parents=True, exist_ok=True)
    visits, missing = visits_of(list(ROUTES.values()))
    if missing:
        raise LookupError(f"the demo holds nothing for {', '.join(missing)}")
    names = {visit.address: name for visit, name in zip(visits, ROUTES, strict=True)}
    made = []

    def shoot(page: Page, look: Look, visit: Visit) -> None:
        path = TOUR / f"{names[visit.address]}.webp"
        path.write_bytes(small_picture(page))
        made.append(path)

    take(visits, [LOOK], shoot)
    return sorted(made)


def small_picture(page: Page) -> bytes:
    """What the screen shows of the page as WebP, in the best quality that is small enough."""
    session = page.context.new_cdp_session(page)
    for quality in QUALITIES:
        told = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        picture = base64.b64decode(told["data"])
        if len(picture) <= LARGEST_BYTES:
            return picture
    raise PictureTooLarge(page.url)
