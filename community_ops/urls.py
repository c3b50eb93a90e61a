"""The map of addresses."""

from django.urls import include, path

from community_ops import probes

urlpatterns = [
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("", include("assessments.urls")),
    path("", include("groups.urls")),
    path("", include("lifecycle.urls")),
]
