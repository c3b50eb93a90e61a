"""The page of what was found, for the search box of every page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from community_ops.search.finding import LONGEST, cleaned, found_for


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """`?q=`: what the person may see of what is called or sounds so."""
    text = cleaned(request.GET.get("q", ""))
    return render(
        request, "search/found.html", {"text": text, "shelves": found_for(request.user, text), "longest": LONGEST}
    )
