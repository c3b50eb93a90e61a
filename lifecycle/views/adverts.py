"""The page of what counts in a group: the classes of its messages, and which words make an advert there."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups.models import Group
from lifecycle.adverts import list_adverts
from lifecycle.adverts_form import AdvertsForm
from lifecycle.models import AdvertList
from lifecycle.what_counted import counted_messages


@require_http_methods(["GET", "HEAD", "POST"])
def group_adverts(request: HttpRequest, pk: int) -> HttpResponse:
    group = Group.objects.one_visible_to(request.user, pk)
    kept = AdvertList.objects.select_related("changed_by").filter(group=group).first()
    listed = {"words": "\n".join(kept.words), "exceptions": "\n".join(kept.exceptions)} if kept else {}
    form = AdvertsForm(request.POST if request.method == "POST" else None, initial=listed)
    if form.is_valid():
        if list_adverts(group=group, **form.cleaned_data, by=request.user, now=timezone.now()):
            messages.success(request, _("Saved; it holds for files that are read from now on"))
        return redirect("group-adverts", pk=group.pk)
    last = timezone.localdate() - timedelta(days=1)
    context = {"group": group, "kept": kept, "form": form, "told": counted_messages(group.pk, last), "last": last}
    return render(request, "lifecycle/adverts.html", context, status=422 if form.errors else 200)
