"""The page of one's saved views: keeps the address that one comes from, shares it, lets a list open with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from groups import saved_views
from groups.access import team_roles
from groups.models import SavedView, Team, User
from groups.models.saved import LONGEST_NAME
from groups.saved_views import LISTS, address_of, may_remove, query_kept


class SavedViewForm(forms.Form):
    """The name of a view and who sees it. The list and its query come with the address of the page."""

    use_required_attribute = False
    name = forms.CharField(
        label=_("Name of the view"), max_length=LONGEST_NAME, error_messages={"required": _("Name the view")}
    )
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), label=_("Who sees it"), required=False, empty_label=_("Only me")
    )
    is_default = forms.BooleanField(label=_("Open the list with it"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.filter(pk__in=list(team_roles(user))).order_by("name", "pk")


@require_http_methods(["GET", "POST"])
def saved_view_page(request: HttpRequest) -> HttpResponse:
    """`?for=<list>&q=<query>` keeps a view. POST `do` is keep; remove, default or everything with `view`."""
    page = request.GET.get("for", "")
    page = page if page in LISTS else "group-list"
    try:
        query = query_kept(request.GET.get("q", ""))
    except saved_views.TooLong:
        return _refused(request, _("This view has too many filters to be kept"))
    form = SavedViewForm(request.POST if request.POST.get("do") == "keep" else None, user=request.user)
    if request.method == "POST":
        if request.POST.get("do") != "keep":
            return _changed(request, page)
        if form.is_valid():
            return _kept(request, form, page, query)
    context = {
        "form": form,
        "page": page,
        "list_name": LISTS[page],
        "list_address": reverse(page),
        "query": query,
        "views": [_row(view, request.user) for view in _views(request.user)],
        "has_errors": bool(form.errors),
    }
    return render(request, "groups/saved_views.html", context, status=422 if form.errors else 200)


def _views(user: User) -> Any:
    return SavedView.objects.visible_to(user).select_related("owner", "team").order_by("page", "name", "pk")


def _row(view: SavedView, user: User) -> dict[str, Any]:
    known = view.page in LISTS
    return {
        "view": view,
        "list": LISTS.get(view.page, view.page),
        "address": f"{reverse(view.page)}?{address_of(view)}" if known else "",
        "own": view.owner_id == user.pk,
        "may_remove": may_remove(view, user),
    }


def _kept(request: HttpRequest, form: SavedViewForm, page: str, query: str) -> HttpResponse:
    asked = form.cleaned_data
    try:
        view, is_new = saved_views.keep(
            owner=request.user,
            page=page,
            name=asked["name"],
            query=query,
            team=asked["team"],
            is_default=asked["is_default"],
            now=timezone.now(),
        )
    except saved_views.TooMany:
        return _refused(request, _("You have 50 views of this list: remove one first"))
    said = say("The view “%(name)s” is kept") if is_new else say("The view “%(name)s” is kept in place of the old one")
    messages.success(request, said % {"name": view.name})
    return redirect(f"{reverse(page)}?{address_of(view)}")


def _changed(request: HttpRequest, page: str) -> HttpResponse:
    number = request.POST.get("view", "")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    view, now = SavedView.objects.one_visible_to(request.user, pk), timezone.now()
    do = request.POST.get("do")
    if do == "remove":
        saved_views.remove(view=view, by=request.user, now=now)
        messages.success(request, say("The view “%(name)s” is removed") % {"name": view.name})
    elif do in ("default", "everything") and view.owner_id == request.user.pk:
        saved_views.open_with(view=view, owner=request.user, on=do == "default", now=now)
        messages.success(request, say("Saved"))
    else:
        return HttpResponseBadRequest()
    return redirect(f"{reverse('saved-views')}?for={page}")


def _refused(request: HttpRequest, why: Any) -> HttpResponse:
    messages.error(request, str(why))
    return redirect("saved-views")
