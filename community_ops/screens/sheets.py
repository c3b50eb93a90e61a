"""Lays many pictures out on few: contact sheets, drawn by the browser that took the pictures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from playwright.sync_api import sync_playwright

from community_ops.chromium import ensure_chromium
from community_ops.screens.browsing import FLAGS

ACROSS = {"desktop": 4, "phone": 8}
ON_A_SHEET = {"desktop": 12, "phone": 16}
WIDTH = 2400
STYLE = """
body { margin: 16px; background: #888; font: 20px sans-serif; display: grid; gap: 12px; grid-template-columns: %s }
figure { margin: 0; background: #fff; overflow: hidden; height: %spx }
figcaption { padding: 2px 6px; white-space: nowrap }
img { width: 100%%; display: block }
"""


def lay_out(folder: Path, looks: Sequence[str]) -> list[Path]:
    """Write `<look>-01.png`, ... below the folder from the pictures in the folder of each look; returns them."""
    made = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=ensure_chromium(), chromium_sandbox=False, args=list(FLAGS))
        page = browser.new_page(viewport={"width": WIDTH, "height": 800})
        for look in looks:
            screen = look.partition("-")[0]
            pictures = sorted((folder / look).glob("*.png"))
            for start in range(0, len(pictures), ON_A_SHEET[screen]):
                sheet = folder / f"{look}-{start // ON_A_SHEET[screen] + 1:02d}.png"
                drawn = folder / "sheet.html"
                drawn.write_text(_page_of(pictures[start : start + ON_A_SHEET[screen]], screen), encoding="utf-8")
                page.goto(drawn.as_uri())
                page.screenshot(path=sheet, full_page=True)
                drawn.unlink()
                made.append(sheet)
        browser.close()
    return made


def _page_of(pictures: Sequence[Path], screen: str) -> str:
    style = STYLE % ("1fr " * ACROSS[screen], 620 if screen == "desktop" else 900)
    shown = "".join(
        f"<figure><figcaption>{escape(each.stem)}</figcaption><img src='{each.as_uri()}'></figure>" for each in pictures
    )
    return f"<!doctype html><meta charset=utf-8><style>{style}</style>{shown}"
