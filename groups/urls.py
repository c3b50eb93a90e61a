"""Addresses of the groups app."""

from django.urls import path

from groups.views import lines, money, registry

urlpatterns = [
    path("groups/new/", registry.group_new, name="group-new"),
    path("groups/<int:pk>/edit/", registry.group_edit, name="group-edit"),
    path("groups/<int:pk>/ledger/", money.group_ledger, name="group-ledger"),
    path("groups/<int:pk>/lines/", lines.group_lines, name="group-lines"),
    path("settings/costs/", money.cost_category_page, name="cost-categories"),
]
