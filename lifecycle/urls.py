"""Addresses of the lifecycle app."""

from django.urls import path

from lifecycle.views import figures, imports, nights
from lifecycle.views.cases import pages as cases

urlpatterns = [
    path("groups/<int:pk>/metrics/add/", figures.group_figures, name="group-figures"),
    path("lifecycle/", cases.case_board, name="case-board"),
    path("cases/<int:pk>/", cases.case_page, name="case-page"),
    path("cases/<int:pk>/steps/<int:step>/", cases.case_step, name="case-step"),
    path("cases/<int:pk>/<slug:action>/", cases.case_action, name="case-action"),
    path("data/imports/", imports.import_list, name="import-list"),
    path("data/imports/new/", imports.import_new, name="import-new"),
    path("data/imports/<int:pk>/", imports.import_page, name="import-page"),
    path("settings/nights/", nights.night_log_page, name="night-log"),
]
