"""Every page with the demo behind it: no script error, no sideways scroll, accessible, translated.

One test per route visits it as somebody who works there: on a desktop in Chinese by day, on a phone in English by
night, and without JavaScript where it has charts. A new address needs a line in community_ops/screens/routes.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.models import CharField, JSONField, TextField
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from assessments.report.printable import masked
from community_ops.demo.loading import load_demo
from community_ops.screens.routes import NOT_PAGES, ROUTES, Route
from community_ops.tests.browser import LOCALES, SCREENS, assert_accessible, assert_fits, make_patient, shoot
from community_ops.tests.making_robots import make_paused_robot
from groups.models import User

pytestmark = pytest.mark.browser

HAN = re.compile(r"[\u3400-\u9fff]+")
ENGLISH = re.compile(r"[A-Za-z][a-z'’]+(?:[ ,]+[A-Za-z][a-z'’]+){2,}")
ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")
OTHER_DAYS = re.compile(
    r"\d{4}年\d{1,2}月|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}/\d{4}|\b(?:[ap]\.m\.|[AP]M)\b"
    r"|\b(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d{1,2}\b"
)
WORDS = """() => {
  for (const folded of document.querySelectorAll("details:not(.toggletip)")) folded.open = true;
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, holder = node.parentElement;
    if (!node.data.trim() || holder.closest("script, style, textarea, .language, [data-typed], code, pre")) continue;
    if (holder.closest("option") || holder.checkVisibility()) found.push(node.data.trim());
  }
  for (const name of ["aria-label", "placeholder", "alt", "title"])
    for (const each of document.querySelectorAll(`body [${name}]`))
      if (!each.closest(".language")) found.push(each.getAttribute(name));
  return found;
}"""
# One title, and under it headings that skip no level.
OUTLINE = """() => {
  const shown = (within) => [...document.querySelectorAll(within)].filter((each) => each.checkVisibility());
  const levels = shown("main :is(h1, h2, h3, h4, h5, h6)").map((each) => Number(each.tagName[1]));
  return { titles: shown("h1").length, skips: levels.filter((level, place) => place && level > levels[place - 1] + 1) };
}"""
# Stops of the keyboard that stand above or before the one that they follow.
BACKWARDS = """() => {
  const stops = [...document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary)")]
    .filter((each) => each.checkVisibility() && !each.disabled && each.type !== "hidden")
    .filter((each) => !each.closest(".visually-hidden"));
  return stops.slice(1).flatMap((stop, place) => {
    const before = stops[place], from = before.getBoundingClientRect(), to = stop.getBoundingClientRect();
    const shared = Math.min(from.bottom, to.bottom) - Math.max(from.top, to.top);
    const above = to.bottom <= from.top + 1 && to.left < from.right;
    const leftOf = shared > Math.min(from.height, to.height) / 2 && to.right <= from.left + 1;
    const backwards = !before.contains(stop) && (above || leftOf);
    return backwards ? [`${before.outerHTML} then ${stop.outerHTML}`.slice(0, 300)] : [];
  });
}"""
# Days that go on in the next line.
BROKEN_DAYS = r"""() => {
  const found = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, holder = node.parentElement;
    if (!holder.checkVisibility() || holder.closest("[data-typed], .visually-hidden, option, textarea, pre")) continue;
    for (const day of node.data.matchAll(/\d{4}-\d\d(-\d\d)?/g)) {
      const range = document.createRange();
      range.setStart(node, day.index);
      range.setEnd(node, day.index + day[0].length);
      if (new Set([...range.getClientRects()].map((each) => Math.round(each.top))).size > 1) found.push(node.data);
    }
  }
  return found;
}"""
LARGE = "() => { document.documentElement.style.fontSize = '160%' }"
CHARTS = """() => [...document.querySelectorAll("figure.chart")].map((figure) => {
  const named = figure.querySelector("[role=img]");
  return {
    caption: figure.querySelector("figcaption")?.innerText ?? "",
    name: named?.getAttribute("aria-label") ?? "",
    rows: figure.querySelectorAll("table tbody tr").length,
    pressed: [...figure.querySelectorAll(".chart-switch button")].map((each) => each.getAttribute("aria-pressed")),
  };
})"""


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of the running product with the demo in its database, for all tests of this module."""
    with django_db_blocker.unblock():
        load_demo(password="not-for-signing-in", now=timezone.now(), today=timezone.localdate())
        make_paused_robot()
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        call_command("flush", verbosity=0, interactive=False)
        connections.close_all()  # the browser's event loop gave this thread connections of their own


@pytest.fixture(scope="module")
def data(site: str) -> list[str]:
    """What people and files brought in, longest first: it stays as it is in every language."""
    found = {"简体中文"}  # a language says its own name
    found |= {masked(name) for name in User.objects.values_list("display_name", flat=True)}
    for model in apps.get_models():
        names = [
            each.attname for each in model._meta.concrete_fields if isinstance(each, (CharField, TextField, JSONField))
        ]
        if model._meta.managed and names:
            for row in model.objects.values_list(*names):
                collect(row, found)
    return sorted(found, key=len, reverse=True)


def collect(value: Any, found: set[str]) -> None:
    """The texts in a stored value, whatever it is made of."""
    if isinstance(value, str):
        found.update(line.strip() for line in value.splitlines() if HAN.search(line) or ENGLISH.search(line))
    elif isinstance(value, dict):
        collect(tuple(value.values()), found)
    elif isinstance(value, (list, tuple)):
        for each in value:
            collect(each, found)


@pytest.fixture(scope="module")
def opened(chromium: Browser, site: str) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """Opens a route on a screen: one browser context per person and screen for the whole module."""
    pages: dict[tuple[Any, ...], tuple[Page, list[str]]] = {}

    def page_of(person: str, screen: str, language: str, theme: str, script: bool) -> tuple[Page, list[str]]:
        width, height = SCREENS[screen]
        context = chromium.new_context(
            base_url=site,
            viewport={"width": width, "height": height},
            has_touch=width < 500,
            locale=LOCALES[language],
            color_scheme=theme,
            java_script_enabled=script,
        )
        make_patient(context)
        if person:
            client = Client()
            client.force_login(User.objects.get(username=person))
            key = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
        page, faults = context.new_page(), []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if is_fault(line) else None)
        return page, faults

    def visit(route: Route, screen: str, language: str, theme: str, script: bool = True) -> tuple[Page, list[str]]:
        User.objects.filter(username=route.person).update(language=language, theme=theme)
        key = (route.person, screen, language, theme, script)
        if key not in pages:
            pages[key] = page_of(*key)
        page, faults = pages[key]
        faults.clear()
        page.set_viewport_size(dict(zip(("width", "height"), SCREENS[screen], strict=True)))
        answer = page.goto(reverse(route.name, args=route.args()) + route.query)
        assert answer is not None and answer.status == 200, f"{page.url}: {answer and answer.status}"
        assert answer.url.endswith(reverse(route.name, args=route.args()) + route.query)
        return page, faults

    yield visit
    for page, _faults in pages.values():
        page.context.close()


def is_fault(line: ConsoleMessage) -> bool:
    """An error on the console; what the browser asks for by itself while a page is still coming is none of ours."""
    return line.type == "error" and not line.location["url"].endswith("/favicon.ico")


def strangers(words: list[str], data: list[str], pattern: re.Pattern[str]) -> list[str]:
    """What of the words stands in the other language and was not brought in by people."""
    found = []
    for text in words:
        rest = text
        for known in data if pattern.search(text) else ():
            rest = rest.replace(known, " ")
        if pattern.search(rest):
            found.append(text)
    return found


def name_of(route: Route) -> str:
    return f"{route.name}{route.query}"


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_a_page(route: Route, opened: Callable[..., tuple[Page, list[str]]], data: list[str]) -> None:
    shot = f"{ROUTES.index(route):02d}-{route.name}-{route.person}"
    page, faults = opened(route, "desktop", "zh-hans", "light")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert_accessible(page)
    outline, backwards = page.evaluate(OUTLINE), page.evaluate(BACKWARDS)
    assert outline == {"titles": 1, "skips": []}
    assert not backwards
    shoot(page, f"{shot}-zh-light-1280")
    charts = page.evaluate(CHARTS)
    for chart in charts:
        assert re.search(r"\d", chart["caption"]) and chart["name"] and chart["rows"], chart
        assert chart["pressed"] == ["true", "false"], chart
    chinese = page.evaluate(WORDS)
    assert not strangers(chinese, data, ENGLISH)
    assert not faults

    page, faults = opened(route, "phone", "en", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert_fits(page)
    assert_accessible(page)
    backwards, broken_days = page.evaluate(BACKWARDS), page.evaluate(BROKEN_DAYS)
    assert not backwards
    assert not broken_days
    shoot(page, f"{shot}-en-dark-375")
    page.set_viewport_size({"width": 320, "height": 568})
    assert_fits(page)
    english = page.evaluate(WORDS)
    assert not strangers(english, data, HAN)
    assert not strangers(chinese + english, data, OTHER_DAYS)
    stamps = page.locator("time").evaluate_all("all => all.map((each) => each.dateTime)")
    assert all(ISO.fullmatch(stamp) for stamp in stamps)
    assert not faults

    page.set_viewport_size({"width": 375, "height": 667})
    page.evaluate(LARGE)
    assert_fits(page)

    if charts:
        page, _faults = opened(route, "phone", "zh-hans", "light", script=False)
        expect(page.locator("figure.chart table:visible")).to_have_count(len(charts))


def test_every_address_has_its_line() -> None:
    """A page that somebody adds is visited here too."""
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert names - NOT_PAGES == {route.name for route in ROUTES}
