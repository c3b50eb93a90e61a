"""Every page with the demo behind it: no script error, no sideways scroll, accessible, translated.

One test per route visits it as somebody who works there: on a desktop in Chinese by day, on a phone in English by
night, and without JavaScript where it has charts. A new address needs a line in ROUTES, or stands in NOT_PAGES.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import CharField, JSONField, Model, TextField
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from assessments.models import Assessment
from assessments.steps import STEPS
from community_ops.demo.loading import load_demo
from community_ops.notices import robots
from community_ops.tests.browser import LOCALES, SCREENS, assert_accessible, assert_fits, make_patient, shoot
from community_ops.tests.emptied_tables import TABLES
from groups.models import (
    Allocation,
    Group,
    LedgerLine,
    OrderImport,
    Partner,
    Placement,
    RegistryChange,
    RegistryImport,
    Robot,
    User,
)
from groups.rules.monetization.kinds import KINDS
from lifecycle.models import Case, CaseTask, HealthState, Import, Treatment
from lifecycle.rules.case_flow import Action

pytestmark = pytest.mark.browser

HAN = re.compile(r"[\u3400-\u9fff]+")
ENGLISH = re.compile(r"[A-Za-z][a-z'’]+(?:[ ,]+[A-Za-z][a-z'’]+){2,}")
ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")
OTHER_DAYS = re.compile(
    r"\d{4}年\d{1,2}月|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}/\d{4}|\b(?:[ap]\.m\.|[AP]M)\b"
    r"|\b(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d{1,2}\b"
)
# Addresses that answer probes and forms, or lead on.
NOT_PAGES = {
    "healthz", "readyz", "logout", "language", "assessment-continue", "assessment-copy", "assessment-reopen",
    "assessment-check", "assessment-estimate", "notice", "notice-stop",
    "verdict-condition", "verdict-exception", "case-step", "case-undo",
    # in test_people_in_the_browser: they need a link, a password, or only take a POST
    "join", "join-link", "second-step", "handovers-done", "password-by-link",
    "wecom-owner", "wecom-callback",  # in test_wecom_in_the_browser; the other is called by WeCom
    "sso-start", "sso-back",  # in test_single_sign_on_in_the_browser
    "group-bulk",
    "group-export", "group-file", "registry-change-undo", "registry-import-cancel",
    # in test_order_pages and test_money_in_the_browser: the demo has no file without known headers
    "order-columns",
   
    "registry-import-errors", "registry-import-template",
    "import-errors",
    "amount-echo",
    "group-upstreams",
    "verdict-pdf",
    "verdict-png",
    # the API, in test_api
    "api-activity", "api-orders", "api-member-events", "api-groups", "api-group-health", "api-schema", "api-nowhere",
}  # fmt: skip
# The first pages of the wizard that the demo's draft has reached.
FIRST_PAGES = list(STEPS)[:6]

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
CHARTS = """() => [...document.querySelectorAll("figure.chart")].map((figure) => {
  const named = figure.querySelector("[role=img]");
  return {
    caption: figure.querySelector("figcaption")?.innerText ?? "",
    name: named?.getAttribute("aria-label") ?? "",
    rows: figure.querySelectorAll("table tbody tr").length,
    pressed: [...figure.querySelectorAll(".chart-switch button")].map((each) => each.getAttribute("aria-pressed")),
  };
})"""


@dataclass(frozen=True)
class Route:
    """A page: the name of its address, who opens it (a user name, empty = nobody), and what it is opened with."""

    name: str
    person: str
    args: Callable[[], tuple[Any, ...]] = tuple
    query: str = ""


def thing(model: type[Model], **is_so: Any) -> Callable[[], tuple[int]]:
    """The arguments of an address of the first such object of the demo."""
    return lambda: (model.objects.filter(**is_so).order_by("pk").values_list("pk", flat=True)[0],)


DRAFT = thing(Assessment, state=Assessment.State.DRAFT, owner__username="op")
SICK = thing(Group, standing__state=HealthState.DORMANT)
NOTED = thing(Group, remarks__isnull=False)
OPEN = thing(Case, state="open", cause="silence")


def a_text() -> tuple[int, int]:
    """The case and the id of an open step with a text."""
    return CaseTask.objects.filter(case__state="closing", step="notice_last", done_at=None).values_list("case", "pk")[0]


def a_sale() -> tuple[int, int]:
    """The group and the id of a revenue line, as the address of its refund names them."""
    sale = LedgerLine.objects.filter(kind="revenue", refunds=None, reverses=None).earliest("pk")
    return sale.group_id, sale.pk


def a_robot() -> tuple[int]:
    """A robot of a staff chat, paused, so that nothing is sent to it."""
    if made := Robot.objects.first():
        return (made.pk,)
    boss = User.objects.get(username="adm")
    now = timezone.now()
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-0123-4567"
    made = robots.add_robot(
        name="Robot 7",
        service="wecom",
        address=address,
        team=None,
        language="zh-hans",
        on_holidays=False,
        by=boss,
        now=now,
    )
    robots.hold(made, by=boss, now=now)
    return (made.pk,)


def question(section: str, page: str) -> Callable[[], tuple[Any, ...]]:
    return lambda: (*DRAFT(), section, page)


def action_of(case: Callable[[], tuple[Any, ...]], action: Action) -> Callable[[], tuple[Any, ...]]:
    return lambda: (*case(), action.value)


ROUTES = [
    Route("login", ""),
    Route("home", "op"),
    Route("home", "mgr"),
    Route("home", "adm"),
    Route("me", "op"),
    Route("my-notices", "op"),
    Route("notices", "mgr"),
    Route("robot-list", "adm"),
    Route("robot-new", "adm"),
    Route("robot-page", "adm", a_robot),
    Route("password", "op"),
    Route("metrics-help", "op"),
    Route("api-reference", "op"),
    Route("token-list", "adm"),
    Route("styleguide", "adm"),
    Route("group-list", "mgr"),
    Route("group-list", "mgr", query="?q=zzzz"),
    Route("group-page", "mgr", SICK),
    Route("group-page", "mgr", thing(Group, plans__activity_kind="transaction"), query="?range=26w"),
    Route("group-page", "mgr", thing(Group, standing__state=HealthState.UNKNOWN)),
    Route("group-new", "mgr"),
    Route("group-edit", "mgr", SICK),
    Route("group-ledger", "mgr", SICK),
    Route("group-record", "mgr", NOTED),
    Route("group-record", "mgr", SICK, query="?all=1"),
    Route("group-goal", "mgr", thing(Group, closed_on=None, standing__state=HealthState.THRIVING)),
    Route("group-close", "mgr", thing(Group, closed_on=None, standing__state=HealthState.THRIVING)),
    Route("registry-import-new", "op"),
    Route("registry-import-columns", "op", thing(RegistryImport, state="columns")),
    Route("registry-import", "op", thing(RegistryImport, state="ready")),
    Route("registry-import", "op", thing(RegistryImport, state="done")),
    Route("registry-change", "op", thing(RegistryChange, by__username="op")),
    Route("group-figures", "mgr", SICK),
    Route("group-sources", "mgr", SICK),
    Route("group-handover", "mgr", thing(Group, handovers__reason="离职")),
    Route("line-refund", "mgr", a_sale),
    Route("line-receipts", "mgr", a_sale),
    Route("ledger-entry", "op"),
    Route("hours", "op"),
    Route("recurring-lines", "mgr"),
    Route("recurring-lines", "mgr", query="?add=1"),
    Route("allocation-list", "mgr"),
    Route("allocation-new", "mgr"),
    Route("allocation-page", "mgr", thing(Allocation)),
    Route("ledger-months", "mgr"),
    Route("capacity", "mgr"),
    Route("hourly-rates", "adm"),
    Route("group-review", "mgr", SICK),
    Route("review-list", "mgr"),
    Route("cost-categories", "adm"),
    Route("member-list", "adm"),
    Route("member-list", "mgr", query="?state=disabled"),
    Route("member-page", "adm", thing(User, username="op")),
    Route("member-page", "adm", thing(User, username="demo-linf")),
    Route("member-handover", "adm", thing(User, username="op")),
    Route("member-handover", "adm", thing(User, username="demo-zhaol")),
    Route("team-list", "adm"),
    Route("team-list", "adm", query="?add=1"),
    Route("invitation-list", "mgr"),
    Route("sessions", "op"),
    Route("two-factor", "op"),
    Route("health-dashboard", "mgr"),
    Route("pnl-dashboard", "mgr", query="?today=1"),
    Route("pnl-dashboard", "mgr", query="?period=30d&only=incremental"),
    Route("pnl-groups", "mgr", query="?period=30d&show=losing"),
    Route("pnl-units", "mgr", query="?period=30d"),
    Route("pnl-units", "op", query="?period=30d&by=group"),
    Route("group-money", "mgr", thing(Group, existing_buyers__percent=35)),
    Route("group-lines", "mgr", thing(Group, existing_buyers__percent=35), query="?what=revenue"),
    Route("group-orders", "mgr", thing(Group, existing_buyers__percent=35)),
    Route("order-list", "mgr"),
    Route("order-new", "mgr"),
    Route("order-import", "mgr", thing(OrderImport)),
    Route("orders-waiting", "mgr"),
    Route("attribution-rules", "mgr"),
    Route("group-page", "mgr", thing(Group, external_id="ppt-course-01")),
    Route("group-page", "mgr", thing(Group, external_id="mom-10")),
    Route("group-model", "mgr", SICK),
    *(Route("group-model", "mgr", SICK, query=f"?kind={kind}") for kind in KINDS),
    Route("group-moves", "mgr", thing(Group, external_id="ppt-course-01")),
    Route("group-moves", "mgr", thing(Group, layer="vip")),
    Route("lifetimes", "mgr"),
    Route("lifetimes", "op", query="?period=365"),
    Route("funnel", "mgr"),
    Route("funnel-moves", "mgr", query="?period=90&from=mass"),
    Route("placement-calendar", "mgr"),
    Route("placement-calendar", "mgr", query="?month=2020-02"),
    Route("placement-new", "mgr"),
    Route("placement", "mgr", thing(Placement, state="paid")),
    Route("placement", "mgr", thing(Placement, state="planned")),
    Route("partner-list", "mgr"),
    Route("partner", "mgr", thing(Partner)),
    Route("assessment-list", "mgr"),
    Route("assessment-compare", "mgr"),
    Route("calibration", "mgr"),
    Route("verdict-rules", "adm"),
    Route("assessment-new", "mgr"),
    Route("assessment-tasks", "op", DRAFT),
    *(Route("assessment-page", "op", question(*place)) for place in FIRST_PAGES),
    Route("verdict", "mgr", thing(Assessment, verdicts__outcome="go")),
    Route("verdict", "mgr", thing(Assessment, verdicts__outcome="conditional")),
    Route("verdict", "mgr", thing(Assessment, verdicts__outcome="not_now")),
    Route("verdict-report", "mgr", thing(Assessment, verdicts__outcome="conditional")),
    Route("verdict-register", "mgr", thing(Assessment, verdicts__outcome="go")),
    Route("case-board", "mgr"),
    Route("case-board", "op", query="?column=open"),
    Route("case-board", "mgr", query="?mode=triage"),
    Route("case-outcomes", "mgr"),
    Route("case-page", "mgr", OPEN),
    Route("case-page", "mgr", thing(Case, state="running")),
    Route("case-page", "mgr", lambda: Treatment.objects.exclude(finding="").values_list("case")[0]),
    Route("case-page", "mgr", thing(Case, state="closing")),
    Route("case-page", "mgr", thing(Case, state="dissolved")),
    Route("case-restore", "mgr", thing(Case, state="dissolved")),
    Route("case-text", "mgr", a_text),
    *(
        Route("case-action", "mgr", action_of(OPEN, action))
        for action in (Action.REVIVE, Action.MIGRATE, Action.DISSOLVE, Action.KEEP, Action.SNOOZE, Action.NOTE)
    ),
    Route("coverage", "mgr"),
    Route("coverage", "adm", query="?days=84"),
    Route("figures-grid", "op"),
    Route("import-list", "mgr"),
    Route("import-new", "mgr"),
    Route("import-page", "mgr", thing(Import, state="done")),
    Route("import-page", "mgr", thing(Import, state="ready")),
    Route("import-columns", "mgr", thing(Import, state="ready")),
    Route("import-undo", "mgr", thing(Import, state="done")),
    Route("night-log", "adm"),
    Route("wecom", "adm"),
]


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of the running product with the demo in its database, for all tests of this module."""
    with django_db_blocker.unblock():
        load_demo(password="not-for-signing-in", now=timezone.now(), today=timezone.localdate(), say=lambda _: None)
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        call_command("flush", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(TABLES)}")
        connections.close_all()  # the browser's event loop gave this thread connections of their own


@pytest.fixture(scope="module")
def data(site: str) -> list[str]:
    """What people and files brought in, longest first: it stays as it is in every language."""
    found = {"简体中文"}  # a language says its own name
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
    shoot(page, f"{shot}-en-dark-375")
    page.set_viewport_size({"width": 320, "height": 568})
    assert_fits(page)
    english = page.evaluate(WORDS)
    assert not strangers(english, data, HAN)
    assert not strangers(chinese + english, data, OTHER_DAYS)
    stamps = page.locator("time").evaluate_all("all => all.map((each) => each.dateTime)")
    assert all(ISO.fullmatch(stamp) for stamp in stamps)
    assert not faults

    if charts:
        page, _faults = opened(route, "phone", "zh-hans", "light", script=False)
        expect(page.locator("figure.chart table:visible")).to_have_count(len(charts))


def test_every_address_has_its_line() -> None:
    """A page that somebody adds is visited here too."""
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert names - NOT_PAGES == {route.name for route in ROUTES}
