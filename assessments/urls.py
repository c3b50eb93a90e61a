"""Addresses of the assessments app."""

from django.urls import path

from assessments.views import calibration, comparing, drafts, outcome, reports, rules, wizard

urlpatterns = [
    path("assess/", drafts.assessment_list, name="assessment-list"),
    path("assess/new/", drafts.assessment_new, name="assessment-new"),
    path("settings/verdict/", rules.verdict_rules, name="verdict-rules"),
    path("assess/compare/", comparing.assessment_compare, name="assessment-compare"),
    path("assess/calibration/", calibration.calibration_page, name="calibration"),
    path("assess/<int:pk>/", drafts.assessment_tasks, name="assessment-tasks"),
    path("assess/<int:pk>/continue/", drafts.assessment_continue, name="assessment-continue"),
    path("assess/<int:pk>/copy/", drafts.assessment_copy, name="assessment-copy"),
    path("assess/<int:pk>/reopen/", drafts.assessment_reopen, name="assessment-reopen"),
    path("assess/<int:pk>/check/", outcome.assessment_check, name="assessment-check"),
    path("assess/<int:pk>/verdict/", outcome.verdict, name="verdict"),
    path("assess/<int:pk>/verdict/conditions/<int:condition>/", outcome.verdict_condition, name="verdict-condition"),
    path("assess/<int:pk>/verdict/exception/", outcome.verdict_exception, name="verdict-exception"),
    path("assess/<int:pk>/report/", reports.verdict_report, name="verdict-report"),
    path("assess/<int:pk>/report.pdf", reports.verdict_pdf, name="verdict-pdf"),
    path("assess/<int:pk>/report.png", reports.verdict_png, name="verdict-png"),
    path("assess/<int:pk>/register/", outcome.verdict_register, name="verdict-register"),
    path("assess/<int:pk>/<slug:section>/<slug:page>/", wizard.assessment_page, name="assessment-page"),
    path(
        "assess/<int:pk>/<slug:section>/<slug:page>/estimate/", wizard.assessment_estimate, name="assessment-estimate"
    ),
]
