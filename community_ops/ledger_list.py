"""The ledger of all groups that a person sees: lines by group, team, part, category, person, days; and their sum."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from community_ops.keyset import Key, Order, number, page_of
from groups.access import team_roles
from groups.ledger_lines import PARTS
from groups.models import CostCategory, LedgerLine, Team, User
from groups.models.money import CostRoot
from groups.money_of_spans import net_of_lines, unstated_of_lines
from groups.saved_views import opens_with_a_view

PAGE_SIZE = 50
DAYS = 90  # what an address without days looks at
NEWEST = Order((Key("on", date.fromisoformat), Key("id", number)), descending=True)
WHOSE = {"mine": gettext_lazy("Me"), "nobody": gettext_lazy("By rule or from orders")}


class LineFilter(forms.Form):
    """What the ledger is narrowed to. `part` is one of profit and loss, `by` who entered the line."""

    use_required_attribute = False
    q = forms.CharField(label=gettext_lazy("Group name"), required=False, max_length=60)
    team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("Team"), required=False)
    part = forms.ChoiceField(label=gettext_lazy("Part"), required=False)
    category = forms.ModelChoiceField(CostCategory.objects.none(), label=gettext_lazy("Category"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("Entered by"), required=False)
    since = forms.DateField(label=gettext_lazy("From day"), required=False)
    until = forms.DateField(label=gettext_lazy("To day"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["team"].queryset = Team.objects.filter(pk__in=list(team_roles(user))).order_by("name")
        self.fields["category"].queryset = CostCategory.objects.order_by("root", "name")
        for name in ("team", "category"):
            self.fields[name].empty_label = _("Any")
        parts = [("revenue", _("Revenue")), ("costs", _("Costs")), *CostRoot.choices]
        self.fields["part"].choices = [("", _("Any")), *parts]
        self.fields["by"].choices = [("", _("Any")), *WHOSE.items()]
        for name, field in self.fields.items():
            chosen = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if chosen else "form-control"
            if name in ("since", "until"):
                field.widget.format = "%Y-%m-%d"
                field.widget.attrs["autocomplete"] = "off"

    @classmethod
    def of(cls, query: Any, user: User, today: date) -> LineFilter:
        """The filter of an address; without days it looks DAYS back. What cannot be read is as if it were not there."""
        asked = {name: query.get(name, "").replace("\0", "") for name in cls.base_fields}
        if "since" not in query:
            asked["since"] = (today - timedelta(days=DAYS)).isoformat()
        filled = cls(asked, user=user)
        filled.is_valid()
        return filled

    @property
    def kept(self) -> dict[str, str]:
        """What of it narrows the list, as it stands in an address; an empty day says that all of them are meant."""
        said = {name: str(getattr(value, "pk", value)) for name, value in self.cleaned_data.items() if value}
        return {"since": ""} | said

    @property
    def is_narrow(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "since")

    def found(self) -> QuerySet[LedgerLine]:
        """The lines of teams that the person sees, as many as fit; nothing else is ever among them."""
        asked = self.cleaned_data
        lines = LedgerLine.objects.visible_to(self.user)
        if word := asked.get("q"):
            lines = lines.filter(group__name__icontains=word)
        if team := asked.get("team"):
            lines = lines.filter(team=team)
        if part := asked.get("part"):
            lines = lines.filter(PARTS[part][0])
        if category := asked.get("category"):
            lines = lines.filter(category=category)
        if by := asked.get("by"):
            lines = lines.filter(entered_by=self.user if by == "mine" else None)
        if since := asked.get("since"):
            lines = lines.filter(on__gte=since)
        if until := asked.get("until"):
            lines = lines.filter(on__lte=until)
        return lines


@require_GET
@opens_with_a_view("ledger-lines")
def ledger_lines(request: HttpRequest) -> HttpResponse:
    """`?q=&team=&part=&category=&by=&since=&until=&after=&before=`."""
    filters = LineFilter.of(request.GET, request.user, timezone.localdate())
    found = filters.found()
    page = page_of(found, NEWEST, PAGE_SIZE, **{name: request.GET.get(name, "") for name in ("after", "before")})
    told = LedgerLine.objects.select_related("group", "category", "entered_by")
    lines = told.in_bulk([row["id"] for row in page.rows])
    context = {
        "filters": filters,
        "lines": [lines[row["id"]] for row in page.rows],
        "page": page,
        "sums": sums_of(found),
        "query": urlencode(filters.kept),
    }
    return render(request, "ledger_lines.html", context)


def sums_of(lines: QuerySet[LedgerLine]) -> dict[str, Decimal | int | bool]:
    """Revenue, costs and net of all lines that fit, not of the page alone; whether all goods costs are known."""
    zero = Decimal("0.00")
    revenue, cost = Q(kind=LedgerLine.Kind.REVENUE), Q(kind=LedgerLine.Kind.COST)
    summed = lines.order_by().aggregate(
        revenue=Sum("amount", filter=revenue, default=zero),
        costs=Sum("amount", filter=cost, default=zero),
        unstated=unstated_of_lines(),
        net=net_of_lines(),
        count=Count("pk"),
    )
    return summed | {"exact": not summed["unstated"]}
