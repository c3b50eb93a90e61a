"""The receipts of one line of the ledger: what is kept, and one more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups import papers, receipts
from groups.models import Group, LedgerLine
from groups.paper_forms import RECEIPT_PROBLEMS, ReceiptForm


@require_http_methods(["GET", "POST"])
def line_receipts(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Any line takes a receipt, at any time: a reversal, and one of a closed month, too."""
    group = Group.objects.one_visible_to(request.user, pk)
    entered = get_object_or_404(LedgerLine.objects.select_related("category", "group"), group=group, pk=line)
    sent = (request.POST or None, request.FILES or None)  # reading them tells whether the upload was cut off
    form = ReceiptForm(*sent, too_large=getattr(request, "upload_was_too_large", False))
    if form.is_valid() and _kept(request, form, entered):
        return redirect("line-receipts", pk=group.pk, line=entered.pk)
    context = {
        "group": group,
        "line": entered,
        "form": form,
        "files": entered.receipts.filter(removed_at=None).select_related("added_by").order_by("pk"),
    }
    return render(request, "groups/receipts.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, form: ReceiptForm, line: LedgerLine) -> bool:
    try:
        receipts.add(line=line, by=request.user, now=timezone.now(), **form.cleaned_data)
    except papers.TooManyFiles:
        form.add_error("receipt", RECEIPT_PROBLEMS["too_many"])
        return False
    messages.success(request, _("The receipt is kept"))
    return True
