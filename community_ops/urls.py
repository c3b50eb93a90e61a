"""The map of addresses."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from community_ops import (
    group_list,
    group_moves,
    group_page,
    home,
    probes,
    reference_pages,
    settings_of_mine,
    signing_in,
)
from community_ops.insights import funnel, health
from community_ops.sponsors import calendar, partners, placements

urlpatterns = [
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("", home.home, name="home"),
    path("login/", signing_in.sign_in, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("me/", settings_of_mine.me, name="me"),
    path("me/password/", signing_in.change_password, name="password"),
    path("me/language/", signing_in.language, name="language"),
    path("help/metrics/", reference_pages.metrics_help, name="metrics-help"),
    path("styleguide/", reference_pages.styleguide, name="styleguide"),
    path("groups/", group_list.group_list, name="group-list"),
    path("groups/<int:pk>/", group_page.group_page, name="group-page"),
    path("groups/<int:pk>/moves/", group_moves.group_moves, name="group-moves"),
    path("insights/funnel/", funnel.funnel, name="funnel"),
    path("insights/funnel/moves/", funnel.funnel_moves, name="funnel-moves"),
    path("insights/calendar/", calendar.placement_calendar, name="placement-calendar"),
    path("insights/partners/", partners.partner_list, name="partner-list"),
    path("insights/partners/<int:pk>/", partners.partner, name="partner"),
    path("insights/placements/new/", placements.placement_new, name="placement-new"),
    path("insights/placements/<int:pk>/", placements.placement, name="placement"),
    path("insights/health/", health.health_dashboard, name="health-dashboard"),
    path("", include("assessments.urls")),
    path("", include("groups.urls")),
    path("", include("lifecycle.urls")),
]

handler400 = "community_ops.failures.bad_request"
handler403 = "community_ops.failures.permission_denied"
handler404 = "community_ops.failures.page_not_found"
handler500 = "community_ops.failures.server_error"
