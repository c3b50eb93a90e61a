"""The page for requests of people about their own data: what is kept, a copy of it, and the end of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from community_ops.people.data_of_person import taken_out, told_of
from community_ops.people.forgetting import NobodyKnown, StillWorksHere, forget
from community_ops.people.identifiers import person_of
from groups.models import Forgotten

REQUESTS_SHOWN = 20
KINDS = {
    "member_of_groups": gettext_lazy("Members of groups"),
    "moves_between_groups": gettext_lazy("Moves between groups"),
    "stays_in_wecom_groups": gettext_lazy("Stays in WeCom groups"),
    "callbacks_of_wecom": gettext_lazy("Changes told by WeCom"),
    "orders": gettext_lazy("Orders"),
    "owner_of_wecom_groups": gettext_lazy("Owner of WeCom groups"),
    "account": gettext_lazy("Account"),
}


class PersonForm(forms.Form):
    """Whom it is about. `again` is asked for before the person is forgotten, which cannot be taken back."""

    use_required_attribute = False
    identifier = forms.CharField(
        label=gettext_lazy("Whom is it about?"),
        help_text=gettext_lazy(
            "An id or name on a platform as files hold it, a phone number of orders, a WeCom id, or the user name of "
            "an account. It stands in no address and in no log."
        ),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter whom it is about")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same once more, to forget this person"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@require_http_methods(["GET", "POST"])
def person_data(request: HttpRequest) -> HttpResponse:
    """POST `act`: look counts what is kept, export gives it as a file, forget ends it. For administrators."""
    if not request.user.is_administrator:
        raise PermissionDenied
    form = PersonForm(request.POST if request.method == "POST" else None)
    found: list[tuple[Any, int]] = []
    if request.method == "POST" and form.is_valid():
        name, act = form.cleaned_data["identifier"], request.POST.get("act", "look")
        told = told_of(person_of(name))
        if act == "forget":
            if _forgotten(request, form, name):
                return redirect("person-data")
        elif not told:
            form.add_error("identifier", _("Nothing is kept under this name. Check the spelling, or try another id"))
        elif act == "export":
            return _as_file(taken_out(name, by=request.user, now=timezone.now()))
        found = [(KINDS[kind], len(rows) if isinstance(rows, list) else 1) for kind, rows in told.items()]
    context = {
        "form": form,
        "found": found,
        "requests": [
            (row, sum(row.counts.values()))
            for row in Forgotten.objects.select_related("by").order_by("-pk")[:REQUESTS_SHOWN]
        ],
    }
    return render(request, "people/data.html", context, status=422 if form.errors else 200)


def _forgotten(request: HttpRequest, form: PersonForm, name: str) -> bool:
    """Whether the person is forgotten; else the form says why not."""
    if form.cleaned_data["again"] != name:
        form.add_error("again", _("Enter the same once more. Forgetting cannot be taken back"))
        return False
    try:
        row = forget(name, by=request.user, now=timezone.now())
    except NobodyKnown:
        form.add_error("identifier", _("Nothing is kept under this name. Check the spelling, or try another id"))
    except StillWorksHere:
        form.add_error("identifier", _("The account is open. Disable it on its page first, where its groups go on"))
    else:
        rows = sum(row.counts.values())
        text = ngettext(
            "The person is forgotten: %(count)s row says nothing of them any more",
            "The person is forgotten: %(count)s rows say nothing of them any more",
            rows,
        )
        messages.success(request, text % {"count": rows})
        return True
    return False


def _as_file(found: dict[str, Any]) -> HttpResponse:
    params = {"ensure_ascii": False, "indent": 2}
    answer = JsonResponse(found, encoder=DjangoJSONEncoder, json_dumps_params=params)
    answer.headers["Content-Disposition"] = f'attachment; filename="person-{timezone.localdate():%Y-%m-%d}.json"'
    return answer
