"""Addresses of the groups app."""

from django.urls import path

from groups.views import models, money, registry

urlpatterns = [
    path("groups/new/", registry.group_new, name="group-new"),
    path("groups/<int:pk>/edit/", registry.group_edit, name="group-edit"),
    path("groups/<int:pk>/model/", models.group_model, name="group-model"),
    path("groups/<int:pk>/ledger/", money.group_ledger, name="group-ledger"),
    path("settings/costs/", money.cost_category_page, name="cost-categories"),
]
