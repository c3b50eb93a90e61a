"""Addresses of the groups app."""

from django.urls import path

from groups.views import categories, labour, money, months, recurring, registry

urlpatterns = [
    path("groups/new/", registry.group_new, name="group-new"),
    path("groups/<int:pk>/edit/", registry.group_edit, name="group-edit"),
    path("groups/<int:pk>/ledger/", money.group_ledger, name="group-ledger"),
    path("groups/<int:pk>/ledger/<int:line>/refund/", money.line_refund, name="line-refund"),
    path("ledger/", money.quick_entry, name="ledger-entry"),
    path("ledger/echo/", money.amount_echo, name="amount-echo"),
    path("ledger/hours/", labour.hours_page, name="hours"),
    path("ledger/recurring/", recurring.recurring_page, name="recurring-lines"),
    path("ledger/months/", months.months_page, name="ledger-months"),
    path("settings/costs/", categories.cost_category_page, name="cost-categories"),
    path("settings/rates/", labour.rates_page, name="hourly-rates"),
]
