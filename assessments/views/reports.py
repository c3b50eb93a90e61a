"""Doors to a verdict as a file that can be sent on: a page with the picture, the PNG and the PDF."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from assessments.models import Assessment, Verdict
from assessments.report.contents import described
from assessments.report.files import pdf_of, png_of
from assessments.verdicts import latest_verdict


@require_GET
def verdict_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture on a page of its own, to be kept by a long press where nothing can be downloaded."""
    verdict = _given(request, pk)
    return render(
        request,
        "assessments/report.html",
        {"assessment": verdict.assessment, "verdict": verdict, "description": described(verdict)},
    )


@require_GET
def verdict_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    address = request.build_absolute_uri(reverse("verdict", args=[pk]))
    return _file(pdf_of(_given(request, pk), address=address), "application/pdf", f"verdict-{pk}.pdf")


@require_GET
def verdict_png(request: HttpRequest, pk: int) -> HttpResponse:
    return _file(png_of(_given(request, pk)), "image/png", f"verdict-{pk}.png")


def _given(request: HttpRequest, pk: int) -> Verdict:
    verdict = latest_verdict(Assessment.objects.one_visible_to(request.user, pk))
    if verdict is None:
        raise Http404
    return verdict


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["X-Robots-Tag"] = "noindex"
    return answer
