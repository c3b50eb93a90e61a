"""Every page of the product: a line for each, with who of the demo opens it and what it is opened with.

test_every_page visits them all, and `manage.py screenshots` takes their pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from assessments.models import Assessment
from assessments.steps import STEPS
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

# Addresses that answer probes and forms, or lead on.
NOT_PAGES = {
    "healthz", "readyz", "metrics", "logout", "language", "assessment-continue", "assessment-copy", "assessment-reopen",
    "assessment-check", "assessment-estimate", "notice", "notice-stop",
    "verdict-condition", "verdict-exception", "case-step", "case-undo", "case-assign-many",
    "case-moving-asked", "case-moving-code", "case-moving-names", "playbook-change", "my-step-done", "my-step-undo",
    # in test_people_in_the_browser: they need a link, a password, or only take a POST
    "join", "join-link", "second-step", "handovers-done", "password-by-link",
    "wecom-owner", "wecom-callback",  # in test_wecom_in_the_browser; the other is called by WeCom
    "sso-start", "sso-back",  # in test_single_sign_on_in_the_browser
    "group-bulk",
    "group-export", "audit-export", "group-file", "registry-change-undo", "registry-import-cancel",
    # in test_order_pages and test_money_in_the_browser: the demo has no file without known headers
    "order-columns",
    "policy-draft",  # in test_policies_in_the_browser
   
    "registry-import-errors", "registry-import-template",
    "import-errors",
    "amount-echo",
    "group-upstreams",
    "verdict-pdf",
    "verdict-png",
    # in test_reports: files, and what a link opens
    "weekly-png", "weekly-pdf", "monthly-png", "monthly-pdf", "group-report-png", "group-report-pdf",
    "shared-report", "shared-png", "shared-pdf",
    # the API, in test_api
    "api-activity", "api-orders", "api-member-events", "api-groups", "api-group-health", "api-schema", "api-nowhere",
}  # fmt: skip
# The first pages of the wizard that the demo's draft has reached.
FIRST_PAGES = list(STEPS)[:6]


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
OPEN = thing(Case, state="open", cause__in=("silence", "fading", "ad_overrun"))
MOVING = thing(Case, remedy="migrate")


def a_playbook() -> tuple[int, str]:
    """The scripted activation as the team of the manager has it."""
    return User.objects.get(username="mgr").memberships.values_list("team", flat=True)[0], "script"


def a_text() -> tuple[int, int]:
    """The case and the id of an open step with a text."""
    return CaseTask.objects.filter(case__state="closing", step="notice_last", done_at=None).values_list("case", "pk")[0]


def a_sale() -> tuple[int, int]:
    """The group and the id of a revenue line, as the address of its refund names them."""
    sale = LedgerLine.objects.filter(kind="revenue", refunds=None, reverses=None).earliest("pk")
    return sale.group_id, sale.pk


def question(section: str, page: str) -> Callable[[], tuple[Any, ...]]:
    return lambda: (*DRAFT(), section, page)


def action_of(case: Callable[[], tuple[Any, ...]], action: Action) -> Callable[[], tuple[Any, ...]]:
    return lambda: (*case(), action.value)


ROUTES = [
    Route("login", ""),
    Route("home", "op"),
    Route("home", "mgr"),
    Route("home", "adm"),
    Route("search", "mgr", query="?q=a"),
    Route("my-steps", "op"),
    Route("my-steps", "mgr", query="?whose=team&due=late"),
    Route("work-calendar", "op"),
    Route("work-calendar", "mgr", query="?month=2027-02"),
    Route("weekly-report", "mgr"),
    Route("weekly-list", "mgr", lambda: ("decide",)),
    Route("monthly-report", "mgr"),
    Route("monthly-list", "mgr", lambda: ("decide",)),
    Route("group-report", "mgr", SICK),
    Route("me", "op"),
    Route("my-notices", "op"),
    Route("notices", "mgr"),
    Route("robot-list", "adm"),
    Route("robot-new", "adm"),
    Route("robot-page", "adm", thing(Robot)),
    Route("password", "op"),
    Route("help", "op"),
    Route("accessibility", ""),
    Route("metrics-help", "op"),
    Route("shortcuts", "op"),
    Route("api-reference", "op"),
    Route("token-list", "adm"),
    Route("styleguide", "adm"),
    Route("group-list", "mgr"),
    Route("group-list", "mgr", query="?q=zzzz"),
    Route("saved-views", "mgr", query="?for=group-list&q=owner%3D1"),
    Route("group-list", "mgr", query="?cols=members&cols=owner&dense=1"),
    Route("group-page", "mgr", SICK),
    Route("group-page", "mgr", thing(Group, plans__activity_kind="transaction"), query="?range=26w"),
    Route("group-page", "mgr", thing(Group, standing__state=HealthState.UNKNOWN)),
    Route("group-new", "mgr"),
    Route("group-edit", "mgr", SICK),
    Route("group-ledger", "mgr", SICK),
    Route("group-record", "mgr", NOTED),
    Route("group-record", "mgr", SICK, query="?all=1"),
    Route("group-goal", "mgr", thing(Group, closed_on=None, standing__state=HealthState.THRIVING)),
    Route("group-exemption", "mgr", thing(Group, closed_on=None, standing__state=HealthState.THRIVING)),
    Route("group-season", "mgr", thing(Group, closed_on=None, standing__state=HealthState.THRIVING)),
    Route("group-close", "mgr", thing(Group, closed_on=None, standing__state=HealthState.THRIVING)),
    Route("registry-import-new", "op"),
    Route("registry-import-columns", "op", thing(RegistryImport, state="columns")),
    Route("registry-import", "op", thing(RegistryImport, state="ready")),
    Route("registry-import", "op", thing(RegistryImport, state="done")),
    Route("registry-change", "op", thing(RegistryChange, by__username="op")),
    Route("group-figures", "mgr", SICK),
    Route("group-adverts", "mgr", SICK),
    Route("group-sources", "mgr", SICK),
    Route("group-handover", "mgr", thing(Group, handovers__isnull=False)),
    Route("line-refund", "mgr", a_sale),
    Route("line-receipts", "mgr", a_sale),
    Route("ledger-entry", "op"),
    Route("ledger-lines", "mgr"),
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
    Route("person-data", "adm"),
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
    Route("health-policy", "adm"),
    Route("policy-history", "adm"),
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
    Route("case-board", "mgr", query="?column=triage"),
    Route("case-moving", "mgr", MOVING),
    Route("playbook-list", "mgr"),
    Route("playbook-page", "mgr", a_playbook),
    Route("playbook-edit", "mgr", a_playbook),
    Route("case-page", "mgr", OPEN),
    Route("case-page", "mgr", thing(Case, state="running")),
    Route("case-page", "mgr", lambda: Treatment.objects.exclude(finding="").values_list("case")[0]),
    Route("case-page", "mgr", thing(Case, state="closing")),
    Route("case-page", "mgr", thing(Case, state="dissolved")),
    Route("case-worth", "mgr", OPEN, query="?chance=10"),
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
    Route("jobs", "adm"),
    Route("calendar", "adm"),
    Route("calendar-year", "adm"),
    Route("calendar-day", "adm"),
    Route("retention", "adm"),
    Route("sample-data", "adm"),
    Route("audit", "adm"),
    Route("wecom", "adm"),
]
