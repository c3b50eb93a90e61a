"""Addresses of the groups app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
