"""The map of addresses."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from community_ops import (
    group_list,
    group_page,
    home,
    probes,
    reference_pages,
    review_pages,
    settings_of_mine,
    signing_in,
)
from community_ops.insights import health

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
    path("groups/<int:pk>/review/", review_pages.group_review, name="group-review"),
    path("reviews/", review_pages.review_list, name="review-list"),
    path("insights/health/", health.health_dashboard, name="health-dashboard"),
    path("", include("assessments.urls")),
    path("", include("groups.urls")),
    path("", include("lifecycle.urls")),
]

handler400 = "community_ops.failures.bad_request"
handler403 = "community_ops.failures.permission_denied"
handler404 = "community_ops.failures.page_not_found"
handler500 = "community_ops.failures.server_error"
