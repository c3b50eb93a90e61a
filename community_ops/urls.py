"""The map of addresses."""

from django.urls import include, path

from community_ops import (
    allocation_pages,
    audit_browser,
    calendar_page,
    coverage_page,
    group_bulk,
    group_changes,
    group_closing,
    group_exemption,
    group_export,
    group_goal,
    group_list,
    group_money,
    group_moves,
    group_page,
    group_season,
    home,
    jobs_page,
    ledger_list,
    probes,
    reference_pages,
    retention_page,
    review_pages,
    sessions_of_mine,
    settings_of_mine,
    signing_in,
    single_sign_on,
    two_factor,
)
from community_ops.api import reference
from community_ops.insights import capacity, funnel, health, lifetimes, pnl, pnl_units
from community_ops.my_steps import pages as my_steps
from community_ops.my_steps.month_page import work_calendar
from community_ops.notices import choices, inbox, robot_pages
from community_ops.people import data_page, handover_page, listing, person
from community_ops.reports import group_pages as group_reports
from community_ops.reports import pages as reports
from community_ops.reports import shared_pages
from community_ops.search import page as searching
from community_ops.sponsors import calendar, partners, placements
from community_ops.watching import exposition
from groups.models import ReportKind

WEEKLY, MONTHLY = {"kind": ReportKind.WEEKLY}, {"kind": ReportKind.MONTHLY}

urlpatterns = [
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", exposition.metrics, name="metrics"),
    path("", home.home, name="home"),
    path("search/", searching.search, name="search"),
    path("steps/", my_steps.my_steps, name="my-steps"),
    path("steps/calendar/", work_calendar, name="work-calendar"),
    path("steps/<slug:kind>/<int:pk>/done/", my_steps.step_done, name="my-step-done"),
    path("steps/<slug:kind>/<int:pk>/undo/", my_steps.step_undo, name="my-step-undo"),
    path("login/", signing_in.sign_in, name="login"),
    path("logout/", single_sign_on.sign_out, name="logout"),
    path("me/", settings_of_mine.me, name="me"),
    path("me/password/", signing_in.change_password, name="password"),
    path("me/sessions/", sessions_of_mine.my_sessions, name="sessions"),
    path("me/two-factor/", two_factor.two_factor, name="two-factor"),
    path("login/second-step/", two_factor.second_step_page, name="second-step"),
    path("login/sso/", single_sign_on.sso_start, name="sso-start"),
    path("login/sso/back/", single_sign_on.sso_back, name="sso-back"),
    path("new-password/<uidb64>/<token>/", signing_in.password_by_link, name="password-by-link"),
    path("me/language/", signing_in.language, name="language"),
    path("notifications/", inbox.notice_list, name="notices"),
    path("notifications/<int:pk>/", inbox.notice, name="notice"),
    path("notifications/<int:pk>/stop/", inbox.notice_stop, name="notice-stop"),
    path("me/notifications/", choices.my_notices, name="my-notices"),
    path("settings/people-data/", data_page.person_data, name="person-data"),
    path("settings/audit/", audit_browser.audit_browser, name="audit"),
    path("settings/audit/export/", audit_browser.audit_export, name="audit-export"),
    path("settings/robots/", robot_pages.robot_list, name="robot-list"),
    path("settings/robots/new/", robot_pages.robot_new, name="robot-new"),
    path("settings/robots/<int:pk>/", robot_pages.robot_page, name="robot-page"),
    path("help/", reference_pages.help_index, name="help"),
    path("accessibility/", reference_pages.accessibility, name="accessibility"),
    path("settings/calendar/", calendar_page.calendar_page, name="calendar"),
    path("settings/retention/", retention_page.retention_page, name="retention"),
    path("settings/jobs/", jobs_page.jobs_page, name="jobs"),
    path("help/metrics/", reference_pages.metrics_help, name="metrics-help"),
    path("help/shortcuts/", reference_pages.shortcuts_help, name="shortcuts"),
    path("data/coverage/", coverage_page.coverage_page, name="coverage"),
    path("help/api/", reference.api_reference, name="api-reference"),
    path("styleguide/", reference_pages.styleguide, name="styleguide"),
    path("groups/", group_list.group_list, name="group-list"),
    path("groups/bulk/", group_bulk.group_bulk, name="group-bulk"),
    path("groups/changes/<int:pk>/", group_changes.change_page, name="registry-change"),
    path("groups/changes/<int:pk>/undo/", group_changes.change_undo, name="registry-change-undo"),
    path("groups/export/", group_export.group_export, name="group-export"),
    path("groups/<int:pk>/exemption/", group_exemption.group_exemption, name="group-exemption"),
    path("groups/<int:pk>/season/", group_season.group_season, name="group-season"),
    path("groups/<int:pk>/goal/", group_goal.group_goal, name="group-goal"),
    path("groups/<int:pk>/close/", group_closing.group_close, name="group-close"),
    path("groups/<int:pk>/", group_page.group_page, name="group-page"),
    path("settings/members/", listing.member_list, name="member-list"),
    path("settings/members/<int:pk>/", person.member_page, name="member-page"),
    path("settings/members/<int:pk>/handover/", handover_page.member_handover, name="member-handover"),
    path("groups/<int:pk>/money/", group_money.group_money, name="group-money"),
    path("insights/pnl/", pnl.pnl_dashboard, name="pnl-dashboard"),
    path("insights/pnl/groups/", pnl.pnl_groups, name="pnl-groups"),
    path("insights/units/", pnl_units.pnl_units, name="pnl-units"),
    path("groups/<int:pk>/moves/", group_moves.group_moves, name="group-moves"),
    path("insights/funnel/", funnel.funnel, name="funnel"),
    path("insights/funnel/moves/", funnel.funnel_moves, name="funnel-moves"),
    path("insights/calendar/", calendar.placement_calendar, name="placement-calendar"),
    path("insights/partners/", partners.partner_list, name="partner-list"),
    path("insights/partners/<int:pk>/", partners.partner, name="partner"),
    path("insights/placements/new/", placements.placement_new, name="placement-new"),
    path("insights/placements/<int:pk>/", placements.placement, name="placement"),
    path("groups/<int:pk>/review/", review_pages.group_review, name="group-review"),
    path("reports/weekly/", reports.report, WEEKLY, name="weekly-report"),
    path("reports/weekly/report.png", reports.report_png, WEEKLY, name="weekly-png"),
    path("reports/weekly/report.pdf", reports.report_pdf, WEEKLY, name="weekly-pdf"),
    path("reports/weekly/<slug:show>/", reports.report_list, WEEKLY, name="weekly-list"),
    path("reports/monthly/", reports.report, MONTHLY, name="monthly-report"),
    path("reports/monthly/report.png", reports.report_png, MONTHLY, name="monthly-png"),
    path("reports/monthly/report.pdf", reports.report_pdf, MONTHLY, name="monthly-pdf"),
    path("reports/monthly/<slug:show>/", reports.report_list, MONTHLY, name="monthly-list"),
    path("groups/<int:pk>/report/", group_reports.group_report, name="group-report"),
    path("groups/<int:pk>/report.png", group_reports.group_report_png, name="group-report-png"),
    path("groups/<int:pk>/report.pdf", group_reports.group_report_pdf, name="group-report-pdf"),
    path("share/<str:secret>/", shared_pages.shared_report, name="shared-report"),
    path("share/<str:secret>/report.png", shared_pages.shared_png, name="shared-png"),
    path("share/<str:secret>/report.pdf", shared_pages.shared_pdf, name="shared-pdf"),
    path("reviews/", review_pages.review_list, name="review-list"),
    path("insights/health/", health.health_dashboard, name="health-dashboard"),
    path("insights/lifetimes/", lifetimes.lifetimes, name="lifetimes"),
    path("insights/capacity/", capacity.capacity_page, name="capacity"),
    path("ledger/lines/", ledger_list.ledger_lines, name="ledger-lines"),
    path("ledger/allocations/", allocation_pages.allocation_list, name="allocation-list"),
    path("ledger/allocations/new/", allocation_pages.allocation_new, name="allocation-new"),
    path("ledger/allocations/<int:pk>/", allocation_pages.allocation_page, name="allocation-page"),
    path("api/v1/", include("community_ops.api.routes")),
    path("", include("assessments.urls")),
    path("", include("groups.urls")),
    path("", include("lifecycle.urls")),
]

handler400 = "community_ops.failures.bad_request"
handler403 = "community_ops.failures.permission_denied"
handler404 = "community_ops.failures.page_not_found"
handler500 = "community_ops.failures.server_error"
