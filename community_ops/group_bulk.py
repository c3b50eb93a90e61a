"""Changes of many groups from the list: which are picked, what is asked of the person, and what was done."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from community_ops.group_export import asked_of, export_of
from community_ops.group_filters import GroupFilter
from community_ops.group_list import UNDO_KEY, asked_for
from groups import bulk_changes
from groups.access import team_roles
from groups.exporting import TYPES
from groups.forms import CHOOSE
from groups.handover import OwnerInactive
from groups.models import RegistryChange, User
from groups.models.group import Layer

Kind = RegistryChange.Kind

NAMES_SHOWN = 20
MOST_PICKED = 1000
DONE = {
    Kind.ASSIGN: gettext_lazy("Assign an owner"),
    Kind.LAYER: gettext_lazy("Change the layer"),
    Kind.ADD_TAG: gettext_lazy("Add a tag"),
    Kind.REMOVE_TAG: gettext_lazy("Remove a tag"),
}


class BulkForm(forms.Form):
    """The one value that the picked groups get; `token` makes a second submit a no-op."""

    value = forms.CharField()
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: Kind, user: User, groups: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, initial={"token": uuid4()}, **kwargs)
        self.fields["value"] = self._field(kind, user, groups)

    def _field(self, kind: Kind, user: User, groups: QuerySet) -> forms.Field:
        if kind == Kind.ASSIGN:
            people = User.objects.filter(is_active=True, memberships__team__in=list(team_roles(user)))
            people = people | User.objects.filter(pk=user.pk)
            return forms.ModelChoiceField(
                people.distinct().order_by("sort_key", "pk"),
                label=_("Owner"),
                empty_label=CHOOSE[1],
                error_messages={"required": _("Select the owner")},
            )
        if kind == Kind.LAYER:
            ask = {"required": _("Select the layer")}
            return forms.ChoiceField(label=_("Layer"), choices=[CHOOSE, *Layer.choices], error_messages=ask)
        if kind == Kind.REMOVE_TAG:
            tags = sorted({tag for tags in groups.values_list("tags", flat=True).distinct() for tag in tags})
            choices = [CHOOSE, *((tag, tag) for tag in tags)]
            return forms.ChoiceField(label=_("Tag"), choices=choices, error_messages={"required": _("Select the tag")})
        return forms.RegexField(
            r"^[^\s,，]+$",
            label=_("Tag"),
            max_length=30,
            error_messages={"required": _("Enter the tag"), "invalid": _("A tag is one word without commas")},
        )


@require_POST
def group_bulk(request: HttpRequest) -> HttpResponse:
    """`?<filters of the list>`; `do` is a kind of change or a file type, `pick` the groups, or `all` that match.

    First it asks for the value; with `apply` it writes. Ids that the person may not see are passed over.
    """
    back = f"{reverse('group-list')}?{request.GET.urlencode()}"
    what = request.POST.get("do", "")
    if what not in DONE and what not in TYPES:
        messages.warning(request, _("Choose what to do with the groups"))
        return redirect(back)
    picked, sort = picked_by(request)
    number = picked.count()
    if not number:
        messages.warning(request, _("Select at least one group"))
        return redirect(back)
    if what in TYPES:
        return export_of(picked, sort, asked_of(request.GET) | {"picked": number}, what, by=request.user)
    kind = Kind(what)
    form = BulkForm(request.POST if "apply" in request.POST else None, kind=kind, user=request.user, groups=picked)
    if form.is_valid():
        try:
            _apply(request, kind, form, picked)
        except OwnerInactive:
            form.add_error("value", _("Somebody you chose no longer works in this team; choose again"))
        else:
            return redirect(back)
    names = list(picked.order_by("sort_key", "pk").values_list("name", flat=True)[:NAMES_SHOWN])
    context = {
        "form": form,
        "title": DONE[kind],
        "what": what,
        "number": number,
        "names": names,
        "more": number - len(names),
        "picks": request.POST.getlist("pick")[:MOST_PICKED],
        "everything": "all" in request.POST,
        "back": back,
    }
    return render(request, "groups/bulk.html", context, status=422 if form.errors else 200)


def picked_by(request: HttpRequest) -> tuple[QuerySet, str]:
    """The groups that the person picked and may see, and the order of the list."""
    found, _state, sort = asked_for(GroupFilter(request.GET, user=request.user), request.GET)
    if "all" in request.POST:
        return found, sort
    numbers = [pick for pick in request.POST.getlist("pick")[:MOST_PICKED] if pick.isascii() and pick.isdigit()]
    ids = [int(number) for number in numbers if len(number) < 19]
    return GroupFilter({"closed": "all"}, user=request.user).qs.filter(pk__in=ids), sort


def _apply(request: HttpRequest, kind: Kind, form: BulkForm, picked: QuerySet) -> None:
    done = bulk_changes.change_many(
        groups=picked,
        kind=kind,
        value=form.cleaned_data["value"],
        token=form.cleaned_data["token"],
        by=request.user,
        now=timezone.now(),
    )
    if done.left_out:
        left = ngettext(
            "%(n)s group stays as it is: its team does not take this value",
            "%(n)s groups stay as they are: their teams do not take this value",
            done.left_out,
        )
        messages.warning(request, left % {"n": done.left_out})
    if done.change:
        request.session[UNDO_KEY] = done.change.pk
    elif not done.left_out:
        messages.info(request, _("The groups had this value already; nothing was changed"))
