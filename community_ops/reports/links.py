"""What the pages of all reports do with links alike: make one from the form, list them, take one back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from community_ops.reports import sharing
from community_ops.reports.forms import ShareForm
from groups.models import SharedReport

LINKS_SHOWN = 20


def shared_by(request: HttpRequest, links: QuerySet[SharedReport], **report: Any) -> dict[str, Any]:
    """What reports/files_and_links.html and new_link.html show; a valid POST makes a link of the `report` before."""
    form = ShareForm(request.POST if request.method == "POST" else None)
    shared, secret, now = None, "", timezone.now()
    if request.method == "POST" and form.is_valid():
        shared, secret = sharing.share(by=request.user, now=now, **report, **form.cleaned_data)
        form = ShareForm()
    return {
        "form": form,
        "shared": shared,
        "link": request.build_absolute_uri(reverse("shared-report", args=[secret])) if secret else "",
        "links": links[:LINKS_SHOWN],
        "now": now,
    }


def revoked(request: HttpRequest, back: str) -> HttpResponse:
    """The link of the POST opens nothing any more; on to the page `back`."""
    number = request.POST["revoke"]
    known = number.isascii() and number.isdigit() and len(number) < 19
    shared = get_object_or_404(sharing.links_of(request.user), pk=int(number) if known else 0)
    if sharing.revoke(shared=shared, by=request.user, now=timezone.now()):
        messages.success(request, _("The link opens nothing any more"))
    else:
        messages.warning(request, _("This link was over already"))
    return redirect(back + "#links")
