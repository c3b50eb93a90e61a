"""Addresses of the lifecycle app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
