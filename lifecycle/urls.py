"""Addresses of the lifecycle app."""

from django.urls import path

from lifecycle.views import (
    adverts,
    attribution,
    figures,
    figures_grid,
    import_steps,
    imports,
    nights,
    orders,
    playbooks,
    policy,
    sources,
    wecom,
)
from lifecycle.views.cases import pages as cases
from lifecycle.views.cases.assigning import case_assign_many
from lifecycle.views.cases.closing import case_restore, case_text
from lifecycle.views.cases.migrating import case_moving, case_moving_asked, case_moving_code, case_moving_names
from lifecycle.views.cases.outcomes import case_outcomes
from lifecycle.views.cases.triage import case_undo
from lifecycle.views.cases.worth import case_worth

urlpatterns = [
    path("groups/<int:pk>/metrics/add/", figures.group_figures, name="group-figures"),
    path("lifecycle/", cases.case_board, name="case-board"),
    path("lifecycle/assign/", case_assign_many, name="case-assign-many"),
    path("lifecycle/outcomes/", case_outcomes, name="case-outcomes"),
    path("cases/<int:pk>/", cases.case_page, name="case-page"),
    path("cases/<int:pk>/steps/<int:step>/", cases.case_step, name="case-step"),
    path("cases/<int:pk>/steps/<int:step>/text/", case_text, name="case-text"),
    path("cases/<int:pk>/undo/", case_undo, name="case-undo"),
    path("cases/<int:pk>/worth/", case_worth, name="case-worth"),
    path("cases/<int:pk>/restore/", case_restore, name="case-restore"),
    path("cases/<int:pk>/moving/", case_moving, name="case-moving"),
    path("cases/<int:pk>/moving/asked/", case_moving_asked, name="case-moving-asked"),
    path("cases/<int:pk>/moving/code/", case_moving_code, name="case-moving-code"),
    path("cases/<int:pk>/moving/names/", case_moving_names, name="case-moving-names"),
    path("cases/<int:pk>/<slug:action>/", cases.case_action, name="case-action"),
    path("playbooks/", playbooks.playbook_list, name="playbook-list"),
    path("playbooks/<int:team>/<slug:key>/", playbooks.playbook_page, name="playbook-page"),
    path("playbooks/<int:team>/<slug:key>/edit/", playbooks.playbook_edit, name="playbook-edit"),
    path("playbooks/<int:team>/<slug:key>/change/", playbooks.playbook_change, name="playbook-change"),
    path("data/figures/", figures_grid.figures_grid, name="figures-grid"),
    path("data/imports/", imports.import_list, name="import-list"),
    path("data/imports/new/", imports.import_new, name="import-new"),
    path("data/imports/<int:pk>/", imports.import_page, name="import-page"),
    path("data/imports/<int:pk>/columns/", import_steps.import_columns, name="import-columns"),
    path("data/imports/<int:pk>/errors/", import_steps.import_errors, name="import-errors"),
    path("data/imports/<int:pk>/undo/", import_steps.import_undo, name="import-undo"),
    path("groups/<int:pk>/adverts/", adverts.group_adverts, name="group-adverts"),
    path("groups/<int:pk>/sources/", sources.group_sources, name="group-sources"),
    path("groups/<int:pk>/orders/", orders.group_orders, name="group-orders"),
    path("data/orders/", orders.order_list, name="order-list"),
    path("data/orders/new/", orders.order_new, name="order-new"),
    path("data/orders/unattributed/", orders.orders_waiting, name="orders-waiting"),
    path("data/orders/rules/", attribution.attribution_rules, name="attribution-rules"),
    path("data/orders/<int:pk>/columns/", orders.order_columns, name="order-columns"),
    path("data/orders/<int:pk>/", orders.order_import, name="order-import"),
    path("settings/nights/", nights.night_log_page, name="night-log"),
    path("settings/policy/", policy.health_policy, name="health-policy"),
    path("settings/policy/history/", policy.policy_history, name="policy-history"),
    path("settings/policy/<int:pk>/", policy.policy_draft, name="policy-draft"),
    path("settings/wecom/", wecom.wecom_page, name="wecom"),
    path("settings/wecom/owners/<int:pk>/", wecom.wecom_owner, name="wecom-owner"),
    path("callbacks/wecom/", wecom.wecom_callback, name="wecom-callback"),
]
