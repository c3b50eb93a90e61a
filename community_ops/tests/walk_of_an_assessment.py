"""Walks a whole assessment on a phone against a running server, as a stranger would, and tells how long it takes.

    .venv/bin/python -m community_ops.tests.walk_of_an_assessment http://127.0.0.1:8000 op PASSWORD

What counts as read: every phrase that is shown without opening anything, each once, since a phrase that was read is
recognised when it comes again; the texts of the page's own standing parts (back, continue, footer) likewise. What is
folded ("Why we ask", known shapes, optional ranges) is not read, for no answer needs it. Speed: native readers read
Chinese aloud at 255 (SD 29) characters a minute (Trauzettel-Klosinski and Dietz 2012, IReST, doi:10.1167/iovs.11-8284);
silent reading is 238/183 = 1.3 times as fast (Brysbaert 2019, doi:10.1016/j.jml.2019.104047, English), so about 330.
We count with 300, for a person who reads with care, and with 2 s to decide on each choice.

Prints two tables in Markdown: the steps with their seconds, and each page of questions with an empty cache (bytes that
crossed the wire, largest contentful paint). Network and processor are slowed down as the lab profile says. It leaves an
assessment with its verdict behind.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from playwright.sync_api import CDPSession, Locator, Page, sync_playwright

from community_ops.chromium import find_chromium

# Lab profile: CPU x 4, 1.6 Mbit/s, 150 ms.
CPU, BYTES_PER_SECOND, LATENCY = 4, 1_600_000 / 8, 150
# A person, in seconds: reading 300 Chinese characters (or words) a minute, every visible phrase once; pinyin on a phone
# 40 characters a minute; digits and Latin letters; finding and touching a field; deciding on and touching a choice.
READ, WRITE, KEY, FIELD, CHOICE, SELECT, PRESS = 60 / 300, 60 / 40, 0.4, 1.0, 2.0, 4.0, 1.0
CHINESE, WORD = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z0-9][A-Za-z0-9.,%:¥-]*")
LARGEST = """
window.largest = 0;
new PerformanceObserver((list) => { for (const each of list.getEntries()) window.largest = each.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
"""
VISIBLE = """
() => {
  const unseen = [...document.querySelectorAll("main select, main .visually-hidden")];
  for (const each of unseen) each.hidden = true;
  const text = document.querySelector("main").innerText;
  for (const each of unseen) each.hidden = false;
  return text;
}
"""
# What is answered on each page: a choice, a text, or the first of a list.
ANSWERS: dict[str, dict[str, str | list[str]]] = {
    "basics/name": {"name": "零食会员复购群", "group_count": "4", "platform": "wecom"},
    "basics/purpose": {"purpose": "business"},
    "need/why": {"reasons": ["deals"], "shared_goal": "我们一起先抢到好吃的"},
    "need/evidence": {"evidence": "asked"},
    "need/alternative": {"alternative": "no"},
    "need/model": {"earns": "selling", "selling_kind": "repurchase"},
    "need/revenue": {
        "sell_members": "2000",
        "sell_buyers": "8",
        "sell_value": "240",
        "sell_orders": "1",
        "sell_margin": "40",
    },
    "need/costs": {
        "cost_per_join": "6.5",
        "joins_per_month": "500",
        "one_off": "12000",
        "weekly_hours": "20",
        "hour_cost": "80",
        "running-0-category": "FIRST",
        "running-0-amount": "1600",
    },
    "need/scenarios": {},
    "activity/conditions": {"product_traits": ["none"]},
    "activity/kind": {"kind": "transaction", "signal_transaction": "buyers_7", "target": "2"},
    "activity/content": {"content_sources": ["offers"], "content_supply": "over_12"},
    "activity/rhythm": {"review": "weekly"},
    "duration/length": {"span": "lasting", "starts_on": "2026-12-01"},
    "duration/mission": {"mission": "会员自己来下单", "lasting_reasons": ["service"]},
    "duration/funnel": {"layer": "course"},
    "duration/exit": {"exit_plan": "now"},
}


@dataclass
class Step:
    """One page: what there is to read, seconds of a person and of the machine."""

    name: str
    read: int
    reading: float
    answering: float
    waiting: float

    @property
    def seconds(self) -> float:
        return self.reading + self.answering + self.waiting


def new_phrases(text: str, seen: set[str]) -> str:
    """The phrases that no page showed before: what was read once is recognised, not read again."""
    phrases = dict.fromkeys(re.sub(r"\s", "", phrase) for phrase in re.split(r"[\n·：。；]", text))
    fresh = [phrase for phrase in phrases if phrase and phrase not in seen]
    seen.update(fresh)
    return "\n".join(fresh)


def units(text: str) -> int:
    """Chinese characters, and words and numbers."""
    return len(CHINESE.findall(text)) + len(WORD.findall(text))


def typing(text: str) -> float:
    written = len(CHINESE.findall(text))
    return FIELD + written * WRITE + (len(text) - written) * KEY


def answer(page: Page, answers: dict[str, Any]) -> float:
    """Give the answers; the seconds that a person takes."""
    seconds = 0.0
    for key, given in answers.items():
        for value in given if isinstance(given, list) else [given]:
            control = page.locator(f"main [name='{key}']")
            kind = control.first.evaluate("each => each.type")
            if kind in ("radio", "checkbox"):
                page.check(f"[name='{key}'][value='{value}']")
                seconds += CHOICE
            elif kind == "select-one":
                control.select_option(index=1)
                seconds += SELECT
            else:
                control.fill(value)
                seconds += typing(value)
    return seconds


def press(page: Page, control: Locator) -> float:
    """Press, wait for the page that comes, and the seconds until its largest paint."""
    began = perf_counter()
    with page.expect_navigation():
        control.click()
    loaded = perf_counter() - began
    page.wait_for_timeout(300)
    return max(loaded, page.evaluate("window.largest") / 1000)


def slowed(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY,
            "downloadThroughput": BYTES_PER_SECOND,
            "uploadThroughput": BYTES_PER_SECOND,
        },
    )
    return session


def walk(page: Page) -> list[Step]:
    """From the start page to the verdict."""
    page.goto("/assess/new/")
    steps: list[Step] = []
    seen: set[str] = set()

    def went(name: str, answering: float, control: Locator) -> None:
        read = units(new_phrases(page.evaluate(VISIBLE), seen))
        steps.append(Step(name, read, read * READ, answering + PRESS, press(page, control)))

    went("start", 0, page.locator("main form button.btn-primary").last)
    while True:
        if page.url.rstrip("/").rsplit("/", 1)[-1].isdigit():  # the task list
            onward = page.locator("main .btn-primary, main a[href*='continue'], main a[href$='/check/']").first
            went("task list", 0, onward)
        place = "/".join(page.url.split("/assess/")[1].split("?")[0].strip("/").split("/")[1:])
        if place not in ANSWERS:
            break
        answering = answer(page, ANSWERS[place])
        went(place, answering, page.locator("[name=continue]").last)
    answering = answer(page, {"declared": "yes"})
    went("check", answering, page.locator("main form button.btn-primary").last)
    assert "/verdict/" in page.url, page.url
    headline = page.locator(".verdict-banner").inner_text()
    steps.append(Step("verdict (banner)", units(headline), units(headline) * READ, 0, 0))
    return steps


def weigh(page: Page, session: CDPSession, pk: str) -> list[tuple[str, int, float]]:
    """(page, bytes, seconds to the largest paint), each with an empty cache."""
    found = []
    got: list[int] = []
    session.on("Network.loadingFinished", lambda event: got.append(int(event["encodedDataLength"])))
    for place in ANSWERS:
        session.send("Network.clearBrowserCache")
        got.clear()
        page.goto(f"/assess/{pk}/{place}/")
        page.wait_for_load_state("networkidle")
        found.append((place, sum(got), page.evaluate("window.largest") / 1000))
    return found


def main(base: str, username: str, password: str) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH") or find_chromium(), chromium_sandbox=False
        )
        context = browser.new_context(
            base_url=base, viewport={"width": 375, "height": 667}, has_touch=True, locale="zh-CN"
        )
        context.add_init_script(LARGEST)
        page = context.new_page()
        page.goto("/login/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", password)
        with page.expect_navigation():
            page.press("[name=password]", "Enter")
        session = slowed(page)
        steps = walk(page)
        pages = weigh(page, session, page.url.split("/assess/")[1].split("/")[0])
        browser.close()
    say = sys.stdout.write
    say("| step | to read | reading s | answering s | page s | sum s |\n|---|---:|---:|---:|---:|---:|\n")
    for step in steps:
        say(
            f"| {step.name} | {step.read} | {step.reading:.0f} | {step.answering:.0f} | {step.waiting:.1f} "
            f"| {step.seconds:.0f} |\n"
        )
    total = sum(step.seconds for step in steps)
    parts = [sum(getattr(step, part) for step in steps) for part in ("reading", "answering", "waiting")]
    say(f"| **all** | {sum(step.read for step in steps)} | {parts[0]:.0f} | {parts[1]:.0f} | {parts[2]:.1f} ")
    say(f"| **{total:.0f}** = {total / 60:.1f} min |\n\n")
    say("| page of questions, empty cache | KB | LCP s |\n|---|---:|---:|\n")
    for place, size, seconds in pages:
        say(f"| {place} | {size / 1000:.0f} | {seconds:.2f} |\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
