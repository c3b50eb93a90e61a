"""Opens the pages that people begin with, with an empty cache in the lab profile, and tells when they were painted.

    .venv/bin/python -m community_ops.tests.paints_of_pages http://127.0.0.1:8000 PASSWORD

The people are those of the demo. Processor four times slower, 1.6 Mbit/s, 150 ms, as in `walk_of_an_assessment`. Each
page is opened ROUNDS times; the table in Markdown has the median of the largest contentful paint, the worst sum of
layout shifts, what crossed the wire, and the time from a press on the first chart's switch or disclosure to the next
paint. Exits with 1 where a page is above a limit.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from community_ops.chromium import find_chromium
from community_ops.tests.walk_of_an_assessment import slowed

ROUNDS = 3
PAINTED, SHIFTED, ANSWERED = 2.5, 0.1, 200  # seconds, sum of shifts, milliseconds
KILOBYTES = 350
SETTLED_MS = 800  # after the page is loaded; what moves later than this moves by itself
SCREENS = {"phone": (375, 667), "desktop": (1280, 800)}
WATCH = """
window.largest = 0; window.shifted = 0;
new PerformanceObserver((list) => { for (const each of list.getEntries()) window.largest = each.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# From an event to the paint after it: what the first switch, disclosure or tick of the page takes.
ANSWER = """() => new Promise((done) => {
  const pressed = "main .chart-switch [aria-pressed=false], main summary, main [type=checkbox]";
  const at = [...document.querySelectorAll(pressed)]
    .find((each) => each.checkVisibility());
  if (!at) return done(null);
  const began = performance.now();
  at.click();
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - began), 0));
})"""
# Who opens what; an address that ends in `*` is the first link of the page before it that matches the pattern.
PLACES = [
    ("op", "home", "/"),
    ("mgr", "home", "/"),
    ("adm", "home", "/"),
    ("mgr", "group list", "/groups/"),
    ("mgr", "group page", r"/groups/ -> ^/groups/\d+/$"),
    ("mgr", "health dashboard", "/insights/health/"),
    ("mgr", "money dashboard", "/insights/pnl/"),
    ("mgr", "board", "/lifecycle/"),
    ("mgr", "case page", r"/lifecycle/ -> ^/cases/\d+/$"),
]


@dataclass(frozen=True)
class Painted:
    """What one opening took."""

    largest_s: float
    shifted: float
    kilobytes: float
    answer_ms: float | None


def signed_in(browser: Browser, base: str, screen: str, username: str, password: str) -> Page:
    width, height = SCREENS[screen]
    context = browser.new_context(
        base_url=base, viewport={"width": width, "height": height}, has_touch=screen == "phone", locale="zh-CN"
    )
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto("/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    return page


def address_of(page: Page, place: str) -> str:
    """The address itself, or of the first link on a page that matches: `/groups/ -> pattern`."""
    start, _, pattern = place.partition(" -> ")
    if not pattern:
        return start
    page.goto(start)
    links: list[str] = page.locator("main a").evaluate_all("all => all.map((each) => each.getAttribute('href'))")
    return next(link for link in links if re.search(pattern, link))


def openings(page: Page, address: str) -> Iterator[Painted]:
    session = slowed(page)
    got: list[int] = []
    session.on("Network.loadingFinished", lambda event: got.append(int(event["encodedDataLength"])))
    for _ in range(ROUNDS):
        session.send("Network.clearBrowserCache")
        got.clear()
        page.goto(address, wait_until="load")
        page.wait_for_timeout(SETTLED_MS)
        weight = sum(got) / 1000
        largest, shifted = page.evaluate("[window.largest / 1000, window.shifted]")
        yield Painted(largest, shifted, weight, page.evaluate(ANSWER))
    session.detach()


def main(base: str, password: str) -> int:
    say = sys.stdout.write
    say("| page | who | screen | LCP s | CLS | KB | press to paint ms |\n|---|---|---|---:|---:|---:|---:|\n")
    above = 0
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH") or find_chromium(), chromium_sandbox=False
        )
        for screen in SCREENS:
            for person in dict.fromkeys(who for who, _name, _place in PLACES):
                page = signed_in(browser, base, screen, person, password)
                for name, place in [(name, place) for who, name, place in PLACES if who == person]:
                    seen = list(openings(page, address_of(page, place)))
                    largest = statistics.median(each.largest_s for each in seen)
                    shifted = max(each.shifted for each in seen)
                    weight = max(each.kilobytes for each in seen)
                    answers = [each.answer_ms for each in seen if each.answer_ms is not None]
                    answer = statistics.median(answers) if answers else 0
                    too_much = (largest > PAINTED, shifted > SHIFTED, weight > KILOBYTES, answer > ANSWERED)
                    above += any(too_much)
                    say(f"| {name} | {person} | {screen} | {largest:.2f} | {shifted:.3f} ")
                    say(f"| {weight:.0f} | {answer:.0f} |\n")
                page.context.close()
        browser.close()
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
