"""Addresses of the groups app."""

from django.urls import path

from groups.views import (
    categories,
    handovers,
    invitations,
    labour,
    lines,
    lists,
    models,
    money,
    months,
    receipts,
    record,
    recurring,
    registry,
    teams,
)

urlpatterns = [
    path("groups/new/", registry.group_new, name="group-new"),
    path("groups/import/", lists.list_new, name="registry-import-new"),
    path("groups/import/<int:pk>/", lists.list_page, name="registry-import"),
    path("groups/import/<int:pk>/columns/", lists.list_columns, name="registry-import-columns"),
    path("groups/import/<int:pk>/errors/", lists.list_errors, name="registry-import-errors"),
    path("groups/<int:pk>/edit/", registry.group_edit, name="group-edit"),
    path("groups/<int:pk>/record/", record.group_record, name="group-record"),
    path("groups/files/<int:pk>/", record.group_file, name="group-file"),
    path("groups/<int:pk>/model/", models.group_model, name="group-model"),
    path("groups/<int:pk>/ledger/", money.group_ledger, name="group-ledger"),
    path("groups/<int:pk>/handover/", handovers.group_handover, name="group-handover"),
    path("handovers/done/", handovers.confirm_handovers, name="handovers-done"),
    path("join/<int:pk>/", invitations.join, name="join"),
    path("join/<int:pk>/<str:secret>/", invitations.join_link, name="join-link"),
    path("settings/teams/", teams.team_page, name="team-list"),
    path("settings/invitations/", invitations.invitation_page, name="invitation-list"),
    path("groups/<int:pk>/ledger/<int:line>/refund/", money.line_refund, name="line-refund"),
    path("groups/<int:pk>/ledger/<int:line>/receipts/", receipts.line_receipts, name="line-receipts"),
    path("ledger/", money.quick_entry, name="ledger-entry"),
    path("ledger/echo/", money.amount_echo, name="amount-echo"),
    path("ledger/hours/", labour.hours_page, name="hours"),
    path("ledger/recurring/", recurring.recurring_page, name="recurring-lines"),
    path("ledger/months/", months.months_page, name="ledger-months"),
    path("settings/costs/", categories.cost_category_page, name="cost-categories"),
    path("settings/rates/", labour.rates_page, name="hourly-rates"),
    path("groups/<int:pk>/lines/", lines.group_lines, name="group-lines"),
]
