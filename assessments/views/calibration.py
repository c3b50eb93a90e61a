"""The door to how good the verdicts were."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.calibration_page import calibration_for
from assessments.rules.calibration import LEAST_TO_JUDGE


@require_GET
def calibration_page(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "assessments/calibration.html",
        {"calibration": calibration_for(request.user), "least": LEAST_TO_JUDGE},
    )
