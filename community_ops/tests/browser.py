"""The browser of the tests: `visit` opens pages of the running site as a person, on a screen, in a language and theme.

    def test_the_list_fits_a_phone(visit):
        page = visit(reverse("group-list"), user=operator, screen="phone", language="en", theme="dark")
        assert_fits(page)
        assert_accessible(page)

Every visit is a fresh browser context. A script error or a refusal by the Content-Security-Policy on any of its pages
fails the test at its end. Mark such tests with `pytest.mark.browser`.

A look waits for what it claims: `expect(...)`, never a bare `assert locator.inner_text()`. What loads a page is
clicked with `press`, so that the rows and the words looked at next are those after the answer. test_browser_looks.py
keeps it so.

BROWSER_SLOWDOWN=8 in the environment makes the processor of every page eight times slower and every answer late
(20 ms times 8): a test that does not wait fails on any machine then.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from community_ops.screens.browsing import FLAGS, LOCALES, SCREENS

AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "preload": False,  # style sheets are read ahead only for a rule that is none of these
}
AXE_CORE = Axe().axe_script
# Two thirds of a look went to the contrast of one table cell after another. A text that stands without markup of its
# own in the same colours, sizes and boxes as one before it, all the way up, has the contrast of that one.
UNLIKE = """() => {
  const kinds = new Map(), known = new Map(), seen = new Set();
  const kind = (each) => {
    if (!each) return 0;
    if (known.has(each)) return known.get(each);
    const style = getComputedStyle(each);
    const own = [
      kind(each.parentElement), style.color, style.backgroundColor, style.backgroundImage, style.opacity,
      style.fontSize, style.fontWeight, style.position, style.display, style.visibility, style.clip, style.clipPath,
      style.textShadow, style.filter, style.mixBlendMode, each.checkVisibility(),
      each.matches(":disabled, [aria-disabled=true]") || Boolean(each.control?.disabled),
    ].join("|");
    if (!kinds.has(own)) kinds.set(own, kinds.size + 1);
    known.set(each, kinds.get(own));
    return kinds.get(own);
  };
  for (const each of document.body.querySelectorAll("*")) {
    if (each.childElementCount) continue;
    if (seen.has(kind(each))) each.setAttribute("data-alike", "");
    seen.add(kind(each));
  }
  axe.configure({rules: [{id: "color-contrast", selector: ":not([data-alike])"}]});
}"""
SLOWDOWN = float(os.environ.get("BROWSER_SLOWDOWN") or 1)
PATIENCE = 30_000 * max(1.0, SLOWDOWN / 4)  # milliseconds; how long a look waits before it is wrong
expect.set_options(timeout=PATIENCE)
# Scripts of ours that fail, and what the policy of the page refuses.
FAULTS = ("Content Security Policy", "Uncaught", "Refused to")


class UnderWay:
    """The threads of the live server that have a request in hand.

    Pages keep by themselves what is typed. Such a request may outlive its page, and would meet tables being emptied.
    """

    QUIET, PATIENCE = 0.1, 5.0  # seconds

    def __init__(self) -> None:
        self.threads: set[threading.Thread] = set()  # a request that its client gave up ends with its thread
        self.last = 0.0
        request_started.connect(self._started, weak=False)
        request_finished.connect(self._finished, weak=False)

    def _started(self, **_: Any) -> None:
        if threading.current_thread() is not threading.main_thread():  # there the test itself asks, and waits
            self.threads.add(threading.current_thread())
            self.last = time.monotonic()

    def _finished(self, **_: Any) -> None:
        self.threads.discard(threading.current_thread())
        self.last = time.monotonic()

    def wait(self) -> None:
        """Until no request was in hand for a moment."""
        begun = self.last = time.monotonic()
        while (now := time.monotonic()) - begun < self.PATIENCE:
            self.threads = {thread for thread in self.threads.copy() if thread.is_alive()}
            if not self.threads and now - self.last > self.QUIET:
                return
            time.sleep(0.02)


UNDER_WAY = UnderWay()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of the session.

    Its event loop makes Django keep other connections for this thread from here on. The present ones are closed, or a
    test that forks would find them, open and shared with its parent, in the child, where no loop runs.
    """
    connections.close_all()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH"), chromium_sandbox=False, args=list(FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Open an address: `visit(path, user=None, screen="phone", language="zh-hans", theme="light", script=True)`.

    `screen` is a key of SCREENS or (width, height). A user is signed in, and the language and theme are kept in the
    profile; a stranger's browser asks for them. More keywords go to Playwright's new_context.
    """
    contexts = []
    faults: list[str] = []

    def opened(
        path: str = "/",
        *,
        user: Any = None,
        screen: str | tuple[int, int] = "phone",
        language: str = "zh-hans",
        theme: str = "light",
        script: bool = True,
        **more: Any,
    ) -> Page:
        width, height = SCREENS.get(screen, screen) if isinstance(screen, str) else screen
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            has_touch=width < 500,
            locale=LOCALES[language],
            color_scheme=theme,
            java_script_enabled=script,
            **more,
        )
        contexts.append(context)
        make_patient(context)
        if user is not None:
            type(user).objects.filter(pk=user.pk).update(language=language, theme=theme)
            client = Client()
            client.force_login(user)
            key = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda line: faults.append(f"{page.url}: {line.text}") if line.text.startswith(FAULTS) else None,
        )
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    UNDER_WAY.wait()
    assert not faults, "\n".join(faults)


def make_patient(context: BrowserContext) -> None:
    """Its looks and acts wait long enough for a loaded machine; its pages are slowed down where that is asked for."""
    context.set_default_timeout(PATIENCE)
    if SLOWDOWN > 1:
        context.on("page", slow_down)


def slow_down(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    latency = {"offline": False, "latency": 20 * SLOWDOWN, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", latency)


def press(control: Locator) -> None:
    """Click what loads a page, and wait until that page is there."""
    with control.page.expect_navigation():
        control.click()


def words(page: Page, part: str = "main") -> str:
    """The visible text of a part of a page that is there: after `goto` or `press`, not after a script."""
    page.wait_for_load_state()
    return page.locator(part).first.evaluate("each => each.innerText")


def expect_named_by_its_sentence(figure: Locator) -> None:
    """What a chart is called for those who do not see it is the sentence below it."""
    told = figure.locator("figcaption").evaluate("each => each.innerText")
    expect(figure.locator("[role=img]")).to_have_attribute("aria-label", told)


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing against WCAG 2.2 AA.

    What a bar at the edge covers in part, because it stands at the fold by chance, is scrolled free and judged then.
    """
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_CORE)
    found = _violations(page)
    if any(fault["id"] == "target-size" for fault in found):
        page.evaluate("scrollBy(0, 120)")
        small = {node["html"] for fault in _violations(page) if fault["id"] == "target-size" for node in fault["nodes"]}
        for fault in found:
            if fault["id"] == "target-size":
                fault["nodes"] = [node for node in fault["nodes"] if node["html"] in small]
    told = [
        f"{fault['id']}: {fault['help']}\n    " + "\n    ".join(node["html"][:200] for node in fault["nodes"][:5])
        for fault in found
        if fault["nodes"]
    ]
    assert not told, f"{page.url}\n" + "\n".join(told)


def _violations(page: Page) -> list[dict[str, Any]]:
    page.evaluate(UNLIKE)
    found: list[dict[str, Any]] = page.evaluate(
        """(options) => axe.run(document, options).then((results) => {
          for (const each of document.querySelectorAll("[data-alike]")) each.removeAttribute("data-alike");
          return results.violations;
        })""",
        AXE,
    )
    return found


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    page.wait_for_load_state()
    width, inner = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    wide = """
        [...document.querySelectorAll('main *')].filter(
            (each) => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('[role=region]')
        ).slice(0, 5).map((each) => each.outerHTML.slice(0, 120))
    """
    assert width <= inner, f"{page.url}: {width} > {inner}\n" + "\n".join(page.evaluate(wide))


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the whole page in $SHOTS, for people to look at; nothing without it."""
    if folder := os.environ.get("SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
