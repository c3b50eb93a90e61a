"""Addresses of the lifecycle app."""

from django.urls import path

from lifecycle.views import nights

urlpatterns = [
    path("settings/nights/", nights.night_log_page, name="night-log"),
]
